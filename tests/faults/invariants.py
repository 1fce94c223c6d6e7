"""What must hold of a county at every moment, checked by looking at its tables and its published documents afresh."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from django.db import connection

from reception import conflicts, documents, facts, feeds, published
from reception.actions import journal, releases
from reception.models import (
    Absence,
    Answer,
    Entry,
    Message,
    ReceptionDay,
    Release,
    Rotation,
    Sitting,
    Substitution,
)
from reception.models.calendar import work_calendar
from reception.workflows.substitution import UNDER_WAY
from scheduling import conflicts as kinds
from scheduling.days import DayRule, Month, reception_day
from scheduling.releases import apply, difference

# Turns that two posts always there may be apart in one year's plan: what was served before decides who begins.
APART = 2
RECEIVING = """
SELECT d.id, d.day, s.id, s.starts, s.ends, coalesce(i.leader_id, s.leader_id)
FROM reception_sitting s
JOIN reception_receptionday d ON d.id = s.day_id
LEFT JOIN reception_substitution i ON i.sitting_id = s.id AND i.state = 'in_force'
WHERE s.state = 'published' AND d.state = 'published' AND d.day >= %s
ORDER BY d.day, s.id
"""


class Invariants:
    """The invariants of one simulated county, and what they remember of it."""

    def __init__(self, life):
        self.life = life
        self.head, self.released = 0, 0
        self.past, self.sequences, self.days = {}, {}, {}
        self.seen = Counter()

    def each(self):
        """After every event, in the county in scope."""
        said, today = self.life.last_act, self.life.today
        with connection.cursor() as cursor:
            cursor.execute("SELECT sitting_id FROM reception_substitution WHERE state = 'in_force' GROUP BY 1 HAVING count(*) > 1")
            assert cursor.fetchall() == [], f"{said}: two in force"
            cursor.execute(
                "SELECT sitting_id FROM reception_substitution WHERE state = ANY(%s) GROUP BY 1 HAVING count(*) > 1",
                [list(UNDER_WAY)],
            )
            assert cursor.fetchall() == [], f"{said}: two under way"
            cursor.execute(RECEIVING, [today])
            receiving = cursor.fetchall()
            cursor.execute("SELECT count(*), max(n) FROM reception_entry")
            count, head = cursor.fetchone()
        assert (count or 0) == (head or 0) >= self.head, f"{said}: the journal has a gap"
        self.head = head or 0
        self._no_one_twice(receiving, said)
        self._no_one_away(receiving, said, today)
        self._pairs(said)
        self._releases(said)

    def _no_one_twice(self, receiving, said):
        by_leader = {}
        for _day, day, sitting, starts, ends, leader in receiving:
            by_leader.setdefault((day, leader), []).append((starts, ends, sitting))
        for (day, leader), rows in by_leader.items():
            rows.sort()
            if any(one[1] > other[0] for one, other in pairwise(rows)):
                assert self._listed(kinds.SittingTwice, day), f"{said}: leader {leader} sits twice on {day}"
                self.seen["twice, listed"] += 1

    def _no_one_away(self, receiving, said, today):
        away = list(Absence.objects.filter(ends_on__gt=today).values_list("leader_id", "starts_on", "ends_on"))
        for _pk, day, sitting, _starts, _ends, leader in receiving:
            if any(who == leader and first <= day < after for who, first, after in away):
                asked = Substitution.objects.filter(sitting=sitting, state__in=UNDER_WAY).exists()
                if not asked:
                    assert self._listed(kinds.LeaderAway, day), f"{said}: leader {leader} is away on {day} and nobody was asked"
                    self.seen["away, only listed", self.life.last_act.split(" ", 2)[2]] += 1

    def _listed(self, kind, day):
        years = {row.month.year for row in ReceptionDay.objects.filter(day=day)}
        return any(
            isinstance(conflict, kind) and conflict.day == day
            for year in years
            for conflict in conflicts.find(self.life.county, year, on=self.life.today)
        )

    def _pairs(self, said):
        """The two rows of a swap are in one state, as long as they belong together."""
        for row in Substitution.objects.filter(pair__isnull=False, state__in=[*UNDER_WAY, "in_force"]).select_related("pair"):
            assert row.pair.pair_id == row.pk, f"{said}: a swap of one"
            assert row.pair.state == row.state, f"{said}: a swap in two states"

    def _releases(self, said):
        """Every new release: it follows from the last, keeps what is past and every identity, and its numbers never go back."""
        for release in Release.objects.published().filter(number__gt=self.released).order_by("number"):
            document = release.document
            assert release.hash == journal.digest(document), said
            assert document["number"] == self.released + 1 == release.number, said
            uids, on = set(), release.published_at.astimezone(self.life.county.zone).date().isoformat()
            for day in document["days"]:
                before = self.past.get(day["uid"])
                if before is not None:
                    assert self._plain(day) == self._plain(before), f"{said}: {day['day']} is past and was rewritten"
                    became = (before["state"], day["state"])
                    assert became[0] == became[1] or became == ("published", "cancelled"), f"{said}: {day['day']} became {became}"
                for sitting in day["sittings"]:
                    uids.add(sitting["uid"])
                    text = ({k: v for k, v in sitting.items() if k != "sequence"}, day["day"], day["state"], day["status"])
                    old = self.sequences.get(sitting["uid"])
                    if old is None:
                        assert sitting["sequence"] == 0, said
                    else:
                        assert sitting["sequence"] == old[0] + (text != old[1]), f"{said}: the number of {day['day']}"
                    self.sequences[sitting["uid"]] = (sitting["sequence"], text)
                if day["day"] < on:
                    self.past[day["uid"]] = day
            assert uids == set(self.sequences), f"{said}: sittings vanished"
            self.released = release.number
            self.days = {day["uid"]: day for day in document["days"]}

    @staticmethod
    def _plain(day):
        """What of a past day never changes: all but what became of it, and why."""
        return {key: value for key, value in day.items() if key not in ("sittings", "state", "reason")}, [
            {key: value for key, value in sitting.items() if key != "sequence"} for sitting in day["sittings"]
        ]

    def daily(self):
        """At the end of each day."""
        county, today, said = self.life.county, self.life.today, self.life.last_act
        for day in self.days.values():
            if day["day"] < today.isoformat():
                self.past.setdefault(day["uid"], day)
        last = documents.latest()
        if last is None:
            return
        preview = releases.preview(county=county, at=self.life.at)
        now = documents.compose(county, on=today, previous=last.document)
        said_now = {key: value for key, value in now.items() if key not in ("schema", "note")}
        shown = apply(last.document, preview)
        assert difference(shown, said_now).is_empty, f"{said}: what is shown to be new is not what is new"
        assert not preview.removed, f"{said}: published days would vanish"
        if preview.is_empty:
            assert not Release.objects.open().exists() or self._late_draft(last), said

    def _late_draft(self, last):
        """A draft that says nothing any more: what it said was taken back. It can only be discarded."""
        release = Release.objects.open().get()
        self.seen["draft overtaken"] += 1
        return not difference(last.document, release.document).is_empty

    def weekly(self):
        """The costly ones."""
        county, said = self.life.county, self.life.last_act
        assert list(journal.faults()) == [], said
        assert Message.objects.count() == Message.objects.values("key").distinct().count(), said
        assert set(Message.objects.values_list("recipient__county", flat=True)) <= {county.pk}, f"{said}: a message left the county"
        self._rule(said)
        roster = published.latest()
        if roster:
            feed = feeds.calendar(roster, address="https://example.invalid")
            identities = [str(event["uid"]).split("@")[0] for event in feed.walk("VEVENT")]
            assert sorted(identities) == sorted(self.sequences), f"{said}: the feed lost or doubled a sitting"
        assert set(Entry.objects.values_list("county", flat=True)) <= {county.pk}

    def _rule(self, said):
        """Every day to come is what the rule gives under the calendar in force, or was decided, or is listed as one to decide on."""
        county = self.life.county
        calendar, rule = work_calendar(county), DayRule(county.nominal_day)
        for row in ReceptionDay.objects.filter(day__gt=self.life.today, kind="monthly", state__in=["planned", "published"]):
            found = reception_day(Month(row.month.year, row.month.month), rule, calendar)
            decided = row.state == "published" and not row.reasons
            if (row.day, row.status) == (found.day, str(found.status)) or decided:
                continue
            assert found.day <= self.life.today or row.day != found.day, f"{said}: {row.day} is {row.status}, not {found.status}"
            assert self._listed(kinds.DayMoved, row.day), f"{said}: {row.day} {row.state} is not {found.day}"
            self.seen["day moved, listed", row.state] += 1

    def asked(self):
        """Right after the sweep: every sitting in the county's days has an answer that someone owes or gave, or a substitution."""
        county, today = self.life.county, self.life.today
        with connection.cursor() as cursor:
            cursor.execute(RECEIVING, [today])
            receiving = cursor.fetchall()
        until = today + timedelta(days=county.tell_leaders_days_before)
        for _pk, day, sitting, _starts, _ends, leader in receiving:
            if day > until:
                continue
            answer = Answer.objects.current().filter(sitting=sitting, leader=leader, day=day).first()
            asked = Substitution.objects.filter(sitting=sitting, state__in=UNDER_WAY).first()
            away = Absence.objects.filter(leader=leader).on(day).exists()
            assert answer or asked, f"{today}: nobody was asked about {day}"
            if answer and answer.state == "asked" and (day - today).days <= county.tell_bureau_days_before:
                assert answer.bureau_told_at, f"{today}: silence about {day} was not told on"
            if answer and answer.state == "declined":
                assert asked or away, f"{today}: a refusal without an owner on {day}"
            if asked and (day - today).days <= county.substitutes_escalate_days_before:
                lead = asked if asked.pair_id is None or asked.pk < asked.pair_id else asked.pair
                assert asked.escalated_at or lead.escalated_at, f"{today}: a late substitution for {day} was not passed on"
        assert not Substitution.objects.filter(state__in=UNDER_WAY, sitting__day__day__lt=today).exists()

    def planned(self, year):
        """A year just planned is fair: posts held all the year by leaders never away are at most so many turns apart."""
        rows = list(ReceptionDay.objects.of_year(year).filter(kind="monthly", state="planned").order_by("day"))
        if len(rows) < 12:
            return
        holdings, away = facts.holdings(), facts.away()
        first, last = rows[0].day, rows[-1].day
        for code, (_rotation, posts) in facts.rotations().items():
            always = []
            for post in posts:
                held = [h for h in holdings if h.post == post and h.starts_on <= first and (h.ends_on is None or h.ends_on > last)]
                if held and not any(a.person == held[0].person and a.starts_on <= last and a.ends_on > first for a in away):
                    always.append(post)
            turns = Counter(
                Sitting.objects.filter(day__in=rows, rotation=Rotation.objects.get(code=code)).values_list("post__code", flat=True)
            )
            counted = [turns[post] for post in always]
            if counted:
                apart = max(counted) - min(counted)
                self.seen["posts always there", apart] += 1
                assert apart <= APART, f"{self.life.today}: {turns}"
