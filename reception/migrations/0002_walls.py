"""The county wall, the append-only tables, and the machine's own account."""

from django.db import migrations

from reception.walls import AccountsWall, CountyWall, Trigger, Untouchable

TABLES = [
    "department",
    "place",
    "post",
    "leader",
    "tenure",
    "rolegrant",
    "calendarrow",
    "yearconfirmation",
    "rotation",
    "seat",
    "absence",
    "receptionday",
    "sitting",
    "attendance",
    "substitution",
    "release",
    "entry",
    "message",
]

NEVER = "RAISE EXCEPTION 'the journal only grows' USING ERRCODE = 'restrict_violation';"

FOLLOWS = """
    IF NEW.n <> coalesce((SELECT max(n) FROM reception_entry WHERE county_id = NEW.county_id), 0) + 1
        OR NEW.previous <> coalesce(
            (SELECT hash FROM reception_entry WHERE county_id = NEW.county_id AND n = NEW.n - 1), repeat('0', 64)) THEN
        RAISE EXCEPTION 'entry % does not follow the journal''s last entry', NEW.n USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

RELEASE = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a release is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('published', 'discarded') THEN
        RAISE EXCEPTION 'a % release never changes', OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'published' THEN
        IF NEW.document <> OLD.document THEN
            RAISE EXCEPTION 'a draft''s document never changes: discard it and draft anew' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'approved'
        OR NEW.document - ARRAY['number', 'previous', 'published_at', 'journal'] <> OLD.document
        OR NEW.number <> coalesce((SELECT max(number) FROM reception_release WHERE county_id = NEW.county_id), 0) + 1
        OR NEW.document ->> 'number' <> NEW.number::text
        OR NEW.document ->> 'previous' IS DISTINCT FROM
            (SELECT hash FROM reception_release WHERE county_id = NEW.county_id AND number = NEW.number - 1) THEN
        RAISE EXCEPTION 'only what was approved is published, as the next in the chain' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

HELD = """
    IF OLD.state = 'held' THEN
        RAISE EXCEPTION 'what was held is a fact' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""

SYSTEM = """
    SELECT set_config('app.door', 'accounts', true);
    INSERT INTO reception_user (password, username, name, email, is_active, created_at)
    VALUES ('!', 'system', '系统', '', false, now());
    SELECT set_config('app.door', '', true);
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("reception", "0001_initial")]

    operations = [
        migrations.RunSQL(SYSTEM, "DELETE FROM reception_user WHERE username = 'system'"),
        AccountsWall("user"),
        *[CountyWall(table) for table in TABLES],
        Untouchable("entry"),
        Trigger("entry", "journal_follows", "BEFORE INSERT", FOLLOWS),
        Trigger("entry", "journal_stays", "BEFORE UPDATE OR DELETE", NEVER),
        Trigger("entry", "journal_is_kept", "BEFORE TRUNCATE", NEVER),
        Trigger("release", "release_stays", "BEFORE UPDATE OR DELETE", RELEASE),
        Trigger("release", "releases_are_kept", "BEFORE TRUNCATE", "RAISE EXCEPTION 'releases are kept';"),
        Trigger("receptionday", "day_held_stays", "BEFORE UPDATE OR DELETE", HELD),
        Trigger("sitting", "sitting_held_stays", "BEFORE UPDATE OR DELETE", HELD),
    ]
