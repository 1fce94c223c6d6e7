"""The county wall, tables that only grow, chains that can't be cut, and numbers that are one of a kind over bookings and cases."""

from django.db import migrations

from reception.walls import CountyWall, NumberDoor, Trigger, Untouchable

TABLES = ["case", "casestep", "deadline", "stop", "minutes", "task"]
GROWING = ["casestep", "deadline", "stop", "minutes", "task"]

STAYS = "RAISE EXCEPTION 'this record only grows: correct it by a new one' USING ERRCODE = 'restrict_violation';"

CASE = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a case is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.uid, NEW.number, NEW.county_id, NEW.identity_id, NEW.way_in, NEW.received_on, NEW.registered_at, NEW.matter, NEW.wish)
        IS DISTINCT FROM
        (OLD.uid, OLD.number, OLD.county_id, OLD.identity_id, OLD.way_in, OLD.received_on, OLD.registered_at, OLD.matter, OLD.wish)
        OR NEW.booking_id IS DISTINCT FROM OLD.booking_id THEN
        RAISE EXCEPTION 'what a case was registered with never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

STEP_FOLLOWS = """
    IF NEW.n <> coalesce((SELECT max(n) FROM petitions_casestep WHERE case_id = NEW.case_id), 0) + 1
        OR NEW.before <> coalesce((SELECT after FROM petitions_casestep WHERE case_id = NEW.case_id AND n = NEW.n - 1), '') THEN
        RAISE EXCEPTION 'step % does not follow the case''s last step', NEW.n USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

VERSION_FOLLOWS = """
    IF NEW.version <> coalesce((SELECT max(version) FROM petitions_minutes WHERE booking_id = NEW.booking_id), 0) + 1
        OR NEW.corrects_id IS DISTINCT FROM
            (SELECT id FROM petitions_minutes WHERE booking_id = NEW.booking_id AND version = NEW.version - 1) THEN
        RAISE EXCEPTION 'version % does not follow the last version of these minutes', NEW.version USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

# A case that came by a booking has the booking's number; any other number is nobody else's, in any county. The number's own door shows
# the one row that might have it; the lock lets no two tables give the same number away at once.
CASE_NUMBER = """
    PERFORM pg_advisory_xact_lock(hashtext('number'), hashtext(NEW.number));
    PERFORM set_config('app.number', NEW.number, true);
    IF NEW.booking_id IS NULL THEN
        IF EXISTS (SELECT FROM reception_booking WHERE number = NEW.number) THEN
            RAISE EXCEPTION 'the number % is a booking''s', NEW.number USING ERRCODE = 'unique_violation';
        END IF;
    ELSIF NOT EXISTS (SELECT FROM reception_booking WHERE id = NEW.booking_id AND number = NEW.number) THEN
        RAISE EXCEPTION 'a case keeps the number of its booking' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM set_config('app.number', '', true);
    RETURN NEW;
"""

BOOKING_NUMBER = """
    PERFORM pg_advisory_xact_lock(hashtext('number'), hashtext(NEW.number));
    PERFORM set_config('app.number', NEW.number, true);
    IF EXISTS (SELECT FROM petitions_case WHERE number = NEW.number) THEN
        RAISE EXCEPTION 'the number % is a case''s', NEW.number USING ERRCODE = 'unique_violation';
    END IF;
    PERFORM set_config('app.number', '', true);
    RETURN NEW;
"""


class BookingTrigger(Trigger):
    """A trigger on the bookings' table, which belongs to the room below."""

    def state_forwards(self, app_label: str, state: object) -> None:
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):  # noqa: ANN001, ANN201
        super().database_forwards("reception", schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):  # noqa: ANN001, ANN201
        super().database_backwards("reception", schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_initial"), ("reception", "0013_day_run")]

    operations = [
        *[CountyWall(table) for table in TABLES],
        NumberDoor("case"),
        *[Untouchable(table) for table in GROWING],
        *[Trigger(table, f"{table}_stays", "BEFORE UPDATE OR DELETE", STAYS) for table in GROWING],
        *[Trigger(table, f"{table}_is_kept", "BEFORE TRUNCATE", STAYS) for table in [*GROWING, "case"]],
        Trigger("case", "case_stays", "BEFORE UPDATE OR DELETE", CASE),
        Trigger("casestep", "case_step_follows", "BEFORE INSERT", STEP_FOLLOWS),
        Trigger("minutes", "minutes_follow", "BEFORE INSERT", VERSION_FOLLOWS),
        Trigger("case", "case_number_is_one_of_a_kind", "BEFORE INSERT", CASE_NUMBER),
        BookingTrigger("booking", "booking_number_is_no_cases", "BEFORE INSERT", BOOKING_NUMBER),
    ]
