"""Whom the clocks of cases remind, as one SELECT for the outbox: the ladder of each open clock, and the last days of a petitioner's rights.

Source: `scheduling.reminders` says which clocks have come to which step; here is who answers for a clock. A unit's own clock, and the
handling period, are its handler's, and as long as there is none the unit's; a review's are the reviewers'; all others the bureau's. Where a
unit has nobody with an account, the bureau is told, so that no clock runs for nobody. Whoever may not know of a case is told
nothing of it: asked when the words are made (`petitions.clock_news`).
"""

from collections.abc import Iterator
from datetime import datetime, time

from django.conf import settings

from petitions.terms import RIGHTS
from reception.actions.deriving import Derived, Sweep
from scheduling.reminders import HALF, half_ways, nearest, reached

REVIEWS = ("D8", "D10")
# No unit's, whoever has the case.
BUREAUS = ("D1", "D13", *REVIEWS)

# A clock that no step has stopped and no other has taken the place of.
RUNS = """
    NOT EXISTS (SELECT FROM petitions_stop s WHERE s.deadline_id = d.id)
        AND NOT EXISTS (SELECT FROM petitions_deadline n WHERE n.supersedes_id = d.id)
"""
# Clocks that run, and the step each has come to. A pause stops the clock, and its reminders.
OPEN = """
    FROM {steps}
    JOIN petitions_case c ON c.id = d.case_id
    LEFT JOIN petitions_referral r ON r.id = d.referral_id
    WHERE d.county_id = %(county)s AND {runs}
        AND NOT EXISTS (SELECT FROM petitions_pause p WHERE p.deadline_id = d.id AND p.ends_on IS NULL)
"""
COLUMNS = """
    SELECT d.id, c.number, d.kind, {step}, (d.kind = ANY(%(reviews)s)) AS is_review,
        coalesce(r.department_id, CASE WHEN d.kind <> ALL(%(bureaus)s) THEN c.department_id END) AS unit,
        coalesce(r.handler_id, CASE WHEN d.kind <> ALL(%(bureaus)s) THEN c.handler_id END) AS named,
        coalesce(r.instructed_by_id, c.instructed_by_id) AS leader
"""
AT_A_STEP = """
    (SELECT * FROM unnest(%(due)s::date[], %(offsets)s::int[], %(rules)s::text[], %(audiences)s::text[], %(said)s::date[])
        AS step(due_on, days, rule, audience, said_on)) AS step
    JOIN petitions_deadline d ON d.county_id = %(county)s AND d.due_on = ANY(%(due)s::date[]) AND d.due_on = step.due_on
        AND d.due_on + step.days > d.started_on
"""
HALF_WAY = """
    (SELECT * FROM unnest(%(half)s::date[], %(half_said)s::date[]) AS step(half_on, said_on)) AS step
    JOIN petitions_deadline d ON d.county_id = %(county)s AND d.half_on = ANY(%(half)s::date[]) AND d.half_on = step.half_on
        AND step.half_on > d.started_on AND d.due_on > %(near)s
"""
# Who holds a role today. Leaders are their own account and their secretaries'.
PEOPLE = """
    SELECT g.role, g.department_id, g.user_id FROM reception_rolegrant g JOIN reception_user u ON u.id = g.user_id AND u.is_active
    WHERE g.county_id = %(county)s AND g.starts_on <= %(today)s AND (g.ends_on IS NULL OR g.ends_on > %(today)s)
"""
OF_LEADERS = """
    SELECT l.id AS leader, l.user_id FROM reception_leader l JOIN reception_user u ON u.id = l.user_id AND u.is_active
    WHERE l.county_id = %(county)s
    UNION
    SELECT g.leader_id, g.user_id FROM reception_rolegrant g JOIN reception_user u ON u.id = g.user_id AND u.is_active
    WHERE g.county_id = %(county)s AND g.role = 'secretary' AND g.starts_on <= %(today)s AND (g.ends_on IS NULL OR g.ends_on > %(today)s)
"""
# Each clock with the people of its step. `manned` are the units in which somebody has an account. Whoever is named as handler counts
# only while they are in the unit (in any, where the clock is no unit's): a clock whose handler has left is the unit's again.
TOLD = """
    WITH people AS MATERIALIZED ({people}), of_leaders AS MATERIALIZED ({of_leaders}),
        headed AS (SELECT DISTINCT department_id FROM people WHERE role = 'department_head'),
        of_units AS (SELECT DISTINCT department_id, user_id FROM people WHERE role IN ('officer', 'department_head')),
        manned AS (SELECT DISTINCT department_id FROM of_units),
        found AS ({open}),
        open AS MATERIALIZED (
            SELECT f.*, coalesce(h.user_id, a.user_id) AS handler FROM found f
            LEFT JOIN of_units h ON h.department_id = f.unit AND h.user_id = f.named
            LEFT JOIN (SELECT DISTINCT user_id FROM of_units) a ON f.unit IS NULL AND a.user_id = f.named
        ),
        told AS (
            SELECT o.*, o.handler AS user_id FROM open o WHERE o.audience = 'handler' AND o.handler IS NOT NULL
            UNION ALL
            SELECT o.*, p.user_id FROM open o JOIN people p ON p.department_id = o.unit AND p.role IN ('officer', 'department_head')
                WHERE o.audience = 'handler' AND o.handler IS NULL
            UNION ALL
            SELECT o.*, p.user_id FROM open o JOIN people p ON p.role = CASE WHEN o.is_review THEN 'reviewer' ELSE 'clerk' END
                WHERE o.audience = 'handler' AND o.handler IS NULL AND (o.unit IS NULL OR o.unit NOT IN (SELECT department_id FROM manned))
            UNION ALL
            SELECT o.*, p.user_id FROM open o JOIN people p ON p.department_id = o.unit AND p.role = 'department_head'
                WHERE o.audience = 'head'
            UNION ALL
            SELECT o.*, p.user_id FROM open o JOIN people p ON p.role = 'chief'
                WHERE o.audience = 'chief' OR o.audience = 'head' AND (o.unit IS NULL OR o.unit NOT IN (SELECT department_id FROM headed))
            UNION ALL
            SELECT o.*, l.user_id FROM open o JOIN of_leaders l ON l.leader = o.leader WHERE o.audience = 'leader'
            UNION ALL
            SELECT o.*, p.user_id FROM open o JOIN people p ON p.role = 'joint_office' WHERE o.audience = 'joint'
        )
    SELECT 'clock' AS kind, 'deadline ' || id AS cause, rule, 'inbox' AS channel, user_id AS recipient_id, NULL::bigint AS identity_id,
        jsonb_build_object('deadline', id, 'case', number) AS facts,
        (said_on + %(opens)s::time) AT TIME ZONE %(zone)s AS due_at, NULL::timestamptz AS valid_until
    FROM told
"""


def clocks(sweep: Sweep) -> Iterator[Derived]:
    """The steps that open clocks have come to, for whoever is to be told."""
    ladder = sweep.county.ladder
    fixed = {"reviews": list(REVIEWS), "bureaus": list(BUREAUS), "rights": sorted(RIGHTS)}
    owed = " AND d.kind <> ALL(%(rights)s)"
    steps = reached(ladder, sweep.calendar, since=sweep.since, today=sweep.today)
    if steps:
        step = "step.rule, step.audience, step.said_on"
        yield Derived(
            _told(COLUMNS.format(step=step) + OPEN.format(steps=AT_A_STEP, runs=RUNS) + owed),
            {
                **fixed,
                "due": [one.due_on for one in steps],
                "offsets": [one.offset for one in steps],
                "rules": [one.rule for one in steps],
                "audiences": [str(one.audience) for one in steps],
                "said": [one.said_on for one in steps],
            },
        )
    halves = half_ways(ladder, sweep.calendar, since=sweep.since, today=sweep.today)
    if halves:
        step = f"'{HALF}' AS rule, 'handler' AS audience, step.said_on"
        yield Derived(
            _told(COLUMNS.format(step=step) + OPEN.format(steps=HALF_WAY, runs=RUNS) + owed),
            {
                **fixed,
                "half": [one.on for one in halves],
                "half_said": [one.said_on for one in halves],
                "near": halves[0].due_after,
            },
        )


def _told(open_clocks: str) -> str:
    return TOLD.format(people=PEOPLE, of_leaders=OF_LEADERS, open=open_clocks)


# A petitioner who can be reached is told that a document is there, and of the last days of a right, never what it is about.
DOCUMENTS = """
    SELECT 'case_document' AS kind, 'document ' || d.id AS cause, '' AS rule, 'sms' AS channel, NULL::bigint AS recipient_id,
        c.identity_id, jsonb_build_object('document', d.id, 'case', c.number) AS facts, %(next_open)s AS due_at,
        NULL::timestamptz AS valid_until
    FROM petitions_document d
    JOIN petitions_case c ON c.id = d.case_id
    JOIN reception_identity i ON i.id = c.identity_id AND i.wants_sms AND i.phone_index <> ''
    WHERE d.county_id = %(county)s AND d.for_petitioner AND d.issued_at >= %(recent)s
"""
RIGHTS_ENDING = """
    SELECT 'case_right' AS kind, 'deadline ' || d.id AS cause, '-' || step.days AS rule, 'sms' AS channel, NULL::bigint AS recipient_id,
        c.identity_id, jsonb_build_object('deadline', d.id, 'case', c.number) AS facts, %(next_open)s AS due_at,
        (d.due_on + 1)::timestamp AT TIME ZONE %(zone)s AS valid_until
    FROM unnest(%(due)s::date[], %(before)s::int[]) AS step(due_on, days)
    JOIN petitions_deadline d ON d.county_id = %(county)s AND d.due_on = step.due_on AND d.kind = ANY(%(rights)s)
        AND d.due_on - step.days > d.started_on
    JOIN petitions_case c ON c.id = d.case_id
    JOIN reception_identity i ON i.id = c.identity_id AND i.wants_sms AND i.phone_index <> ''
    WHERE {runs}
"""
# A right that ends is told of a week and a day before.
RIGHT_ENDS = (7, 1)


def to_petitioners(sweep: Sweep) -> Iterator[Derived]:
    """What petitioners are told by SMS, where the portal has a gateway."""
    if not settings.SMS_URL:
        return
    yield Derived(DOCUMENTS, {"recent": datetime.combine(sweep.since, time(0), sweep.county.zone)})
    steps = nearest(RIGHT_ENDS, sweep.calendar, first=sweep.today, today=sweep.today)
    near = [(day, days) for day, days, said in steps if said >= sweep.since]
    if near:
        due, before = zip(*near, strict=True)
        yield Derived(RIGHTS_ENDING.format(runs=RUNS), {"due": list(due), "before": list(before), "rights": sorted(RIGHTS)})
