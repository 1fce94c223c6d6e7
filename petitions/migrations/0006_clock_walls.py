"""What no code can step over in the clocks: they add up, follow each other, and are extended and paused as the law says."""

from django.db import migrations, models

from reception.together import together
from reception.walls import Trigger

# A clock adds up from what it says of itself; one begun by a step of its own case; the same clock counted anew keeps its terms.
ADDS_UP = """
    IF NOT EXISTS (SELECT FROM petitions_casestep s WHERE s.id = NEW.began_by_id AND s.case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'a clock is begun by a step of its own case' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.target_on > NEW.due_on
        OR NEW.unit = 'days' AND NOT (CASE NEW.roll
            WHEN 'none' THEN NEW.due_on = NEW.started_on + NEW.amount + NEW.extended_by + NEW.paused_by
            WHEN 'next_workday' THEN NEW.due_on >= NEW.started_on + NEW.amount + NEW.extended_by + NEW.paused_by
            ELSE NEW.due_on <= NEW.started_on + NEW.amount + NEW.extended_by + NEW.paused_by END)
        OR NEW.unit = 'working_days' AND NEW.roll <> 'previous_workday'
            AND NEW.due_on < NEW.started_on + NEW.amount + NEW.extended_by + NEW.paused_by
    THEN
        RAISE EXCEPTION 'the days of this clock do not add up' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.supersedes_id IS NULL THEN
        IF NEW.paused_by <> 0 THEN
            RAISE EXCEPTION 'only a clock that runs is paused' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.kind = 'D5' AND NOT EXISTS (
            SELECT FROM petitions_casestep s WHERE s.id = NEW.began_by_id AND s.action IN ('accept', 'redo', 'reopen')
        ) THEN
            RAISE EXCEPTION 'a handling period begins with an acceptance' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM petitions_deadline d
        WHERE d.id = NEW.supersedes_id
            AND (d.began_by_id, d.start, d.amount, d.unit, d.roll, d.article, d.rule)
                = (NEW.began_by_id, NEW.start, NEW.amount, NEW.unit, NEW.roll, NEW.article, NEW.rule)
            AND d.referral_id IS NOT DISTINCT FROM NEW.referral_id
            AND NOT EXISTS (
                SELECT FROM petitions_stop t
                LEFT JOIN petitions_extension e ON e.deadline_id = d.id AND e.step_id = t.step_id
                WHERE t.deadline_id = d.id AND (NEW.kind <> 'D6' OR d.kind <> 'D5' OR e.id IS NULL)
            )
    ) THEN
        RAISE EXCEPTION 'this clock is not the one whose place it takes' USING ERRCODE = 'check_violation';
    END IF;
    DECLARE
        left_out integer := (
            SELECT count(DISTINCT day)
            FROM petitions_pause p
            JOIN petitions_deadline d ON d.id = p.deadline_id
            CROSS JOIN generate_series(p.starts_on::timestamp, p.ends_on - interval '1 day', interval '1 day') day
            WHERE d.began_by_id = NEW.began_by_id AND d.referral_id IS NOT DISTINCT FROM NEW.referral_id
                AND (d.kind = NEW.kind OR NEW.kind = 'D6' AND d.kind = 'D5') AND p.ends_on IS NOT NULL
        );
    BEGIN
        IF NEW.unit = 'days' AND NEW.paused_by <> left_out OR NEW.paused_by > left_out THEN
            RAISE EXCEPTION 'only the days of a pause are left out of a clock' USING ERRCODE = 'check_violation';
        END IF;
    END;
    RETURN NEW;
"""

# Article 34 again: by a step of its own, the last of the case, and none but the clock's own end may have come between.
EXTENDED_IN_ORDER = """
    IF NOT EXISTS (
        SELECT FROM petitions_casestep s
        WHERE s.id = NEW.step_id AND s.case_id = NEW.case_id AND s.action = 'extend'
            AND NOT EXISTS (SELECT FROM petitions_casestep o WHERE o.case_id = s.case_id AND (o.n > s.n OR o.n < s.n AND o.at > s.at))
    ) THEN
        RAISE EXCEPTION 'an extension is the case''s last step, and not earlier than the steps before it'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM petitions_stop t WHERE t.deadline_id = NEW.deadline_id AND t.step_id <> NEW.step_id) THEN
        RAISE EXCEPTION 'a clock that was stopped is not extended' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM petitions_pause p WHERE p.case_id = NEW.case_id AND p.ends_on IS NULL) THEN
        RAISE EXCEPTION 'a clock that is paused is not extended' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM petitions_extension e
        JOIN petitions_deadline d ON d.id = e.deadline_id
        JOIN petitions_deadline n ON n.id = NEW.deadline_id
        WHERE d.began_by_id = n.began_by_id
    ) THEN
        RAISE EXCEPTION 'a handling period is extended once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

PAUSE = """
    IF NOT EXISTS (
        SELECT FROM petitions_deadline d
        WHERE d.id = NEW.deadline_id AND d.case_id = NEW.case_id
            AND NEW.starts_on > d.started_on AND NEW.starts_on <= d.due_on
            AND NOT EXISTS (SELECT FROM petitions_deadline x WHERE x.supersedes_id = d.id)
            AND NOT EXISTS (SELECT FROM petitions_stop t WHERE t.deadline_id = d.id)
    ) THEN
        RAISE EXCEPTION 'a pause begins within a clock that runs' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

STOP = """
    IF NOT EXISTS (
        SELECT FROM petitions_deadline d
        JOIN petitions_casestep s ON s.id = NEW.step_id AND s.case_id = d.case_id
        WHERE d.id = NEW.deadline_id AND NOT EXISTS (SELECT FROM petitions_deadline x WHERE x.supersedes_id = d.id)
    ) THEN
        RAISE EXCEPTION 'a clock that runs is stopped by a step of its own case' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0005_find"), ("petitions", "0005_refer")]

    operations = [
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supersedes__isnull", True)),
                fields=("began_by", "kind", "referral"),
                name="deadline_once_a_step",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extended_by__range", (1, 30)), ("kind", "D6")),
                    models.Q(models.Q(("kind", "D6"), _negated=True), ("extended_by", 0)),
                    _connector="OR",
                ),
                name="deadline_extended_is_another_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "D6"), _negated=True),
                    models.Q(("amount__lte", 30), ("roll", "none"), ("unit", "days")),
                    _connector="OR",
                ),
                name="limit_of_an_extension_is_the_laws",
            ),
        ),
        Trigger("deadline", "deadline_adds_up", "BEFORE INSERT", ADDS_UP),
        Trigger("extension", "extension_is_in_order", "BEFORE INSERT", EXTENDED_IN_ORDER),
        Trigger("pause", "pause_is_within_a_clock", "BEFORE INSERT", PAUSE),
        Trigger("stop", "stop_is_of_its_case", "BEFORE INSERT", STOP),
    ]
    operations = together(operations)
