"""The county wall round the life of a case; records that only grow; what is set once; and the limits no code can step over."""

from django.db import migrations

from reception.walls import CountyWall, Trigger, Untouchable

# Nothing of these ever changes.
GROWING = ["representative", "extension", "progress", "recusal", "document", "answer", "delivery", "rating"]
# Of these some columns are set later: a state, a decision, a key that was wrapped anew. All others stay, and no row goes.
SET_LATER = {
    "referral": ["state", "handler_id"],
    "objection": ["is_agreed", "superior_id", "decision", "decided_by_id", "decided_on"],
    "opinion": [
        *["state", "checked_by_id", "checked_at", "seen_by_id", "seen_at", "returned_reason", "signed_by_id", "issued_on"],
        *["document_id", "carried_out_on"],
    ],
    "review": ["ruling", "text", "decided_on", "decided_by_id", "document_id"],
    "supervision": ["feedback", "fed_back_by_id", "fed_back_on", "ended_by_id", "ended_on"],
    "agenda": [],
    "agendaitem": ["outcome"],
    "improvement": ["report", "reported_by_id", "reported_on"],
    "proposal": ["state", "decided_by_id", "decided_at", "decision"],
    "disclosure": ["agreed_by_id", "agreed_at", "ends_at"],
    "pause": ["ends_on"],
    "limit": ["decided_by_id", "decided_at", "is_approved"],
    "counter": ["last"],
    "material": ["key_name", "wrapped"],
}

# A table before those that point to it: a foreign key that includes the county needs the pair to be unique there.
TABLES = [
    *["representative", "referral", "document", "material", "opinion", "agenda", "answer", "agendaitem", "counter", "delivery"],
    *[
        "disclosure",
        "extension",
        "improvement",
        "limit",
        "objection",
        "pause",
        "progress",
        "proposal",
        "rating",
        "recusal",
        "review",
    ],
    "supervision",
]

STAYS = "RAISE EXCEPTION 'this record only grows: correct it by a new one' USING ERRCODE = 'restrict_violation';"


def fixed(table: str, later: list[str]) -> str:
    """All but `later` stay as they are; what was decided is not decided again."""
    stripped = " ".join(f"- '{column}'" for column in later)
    # A state moves on, a key is wrapped anew and a counter counts; everything else is set once.
    once = [column for column in later if column not in ("state", "key_name", "wrapped", "last", "handler_id")]
    blank = {"decision", "returned_reason", "ruling", "text", "feedback", "outcome", "report"}
    again = " OR ".join(
        f"(old.{column} <> '' AND new.{column} IS DISTINCT FROM old.{column})"
        if column in blank
        else (
            f"(old.{column} AND NOT new.{column})"
            if column == "is_approved"
            else f"(old.{column} IS NOT NULL AND new.{column} IS DISTINCT FROM old.{column})"
        )
        for column in once
    )
    return f"""
    IF TG_OP = 'DELETE' THEN
        {STAYS}
    END IF;
    IF (to_jsonb(new) {stripped}) <> (to_jsonb(old) {stripped}){f" OR {again}" if again else ""} THEN
        {STAYS}
    END IF;
    RETURN NEW;
"""


# Article 34: once, within the period, and on the day it says. The day of the step is that of the county.
EXTENSION = """
    IF NOT EXISTS (
        SELECT FROM petitions_deadline d
        JOIN petitions_casestep s ON s.id = NEW.step_id AND s.case_id = NEW.case_id
        JOIN reception_county c ON c.id = NEW.county_id
        WHERE d.id = NEW.deadline_id AND d.case_id = NEW.case_id AND d.kind = 'D5' AND d.extended_by = 0
            AND NEW.decided_on BETWEEN d.started_on AND d.due_on
            AND NEW.decided_on = (s.at AT TIME ZONE c.time_zone)::date
            AND NOT EXISTS (SELECT FROM petitions_deadline x WHERE x.supersedes_id = d.id)
    ) THEN
        RAISE EXCEPTION 'a handling period is extended once, within it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

# What takes a clock's place is the same clock counted anew, or the extended one; a second handling period never runs beside the first.
DEADLINE = """
    IF NEW.supersedes_id IS NULL THEN
        IF NEW.extended_by <> 0 OR NEW.kind = 'D6' THEN
            RAISE EXCEPTION 'only a clock that runs is extended' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.kind = 'D5' AND EXISTS (
            SELECT FROM petitions_deadline d
            WHERE d.case_id = NEW.case_id AND d.kind IN ('D5', 'D6')
                AND NOT EXISTS (SELECT FROM petitions_deadline x WHERE x.supersedes_id = d.id)
                AND NOT EXISTS (SELECT FROM petitions_stop t WHERE t.deadline_id = d.id)
        ) THEN
            RAISE EXCEPTION 'a handling period runs already' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NOT EXISTS (
        SELECT FROM petitions_deadline d
        LEFT JOIN petitions_extension e ON e.deadline_id = d.id
        WHERE d.id = NEW.supersedes_id AND d.case_id = NEW.case_id AND d.started_on = NEW.started_on
            AND (
                (NEW.kind = d.kind AND NEW.extended_by = d.extended_by AND e.id IS NULL)
                OR (d.kind = 'D5' AND NEW.kind = 'D6' AND d.extended_by = 0 AND NEW.extended_by = e.days)
            )
    ) THEN
        RAISE EXCEPTION 'this clock can''t take the place of that one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0003_case_life")]

    operations = [
        *[CountyWall(table) for table in TABLES],
        *[Untouchable(table) for table in GROWING],
        *[Trigger(table, f"petitions_{table}_stays", "BEFORE UPDATE OR DELETE", STAYS) for table in GROWING],
        *[
            Trigger(table, f"petitions_{table}_is_fixed", "BEFORE UPDATE OR DELETE", fixed(table, later))
            for table, later in SET_LATER.items()
        ],
        *[Trigger(table, f"petitions_{table}_is_kept", "BEFORE TRUNCATE", STAYS) for table in [*GROWING, *SET_LATER]],
        Trigger("extension", "extension_is_lawful", "BEFORE INSERT", EXTENSION),
        Trigger("deadline", "deadline_follows", "BEFORE INSERT", DEADLINE),
    ]
