"""What must hold of a county at every moment, checked by looking at its tables and its published documents afresh."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

from django.db import connection

from reception import conflicts, documents, facts, feeds, published
from reception.actions import journal, releases
from reception.models import (
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
UNDER = list(UNDER_WAY)
# Whoever receives each published sitting to come, whether they are away, and whether somebody was asked to come instead.
RECEIVING = """
SELECT r.*,
    EXISTS (SELECT 1 FROM reception_absence a WHERE a.leader_id = r.leader AND a.starts_on <= r.day AND r.day < a.ends_on),
    EXISTS (SELECT 1 FROM reception_substitution u WHERE u.sitting_id = r.sitting AND u.state = ANY(%s))
FROM (
    SELECT d.day AS day, s.id AS sitting, s.starts AS starts, s.ends AS ends, coalesce(i.leader_id, s.leader_id) AS leader
    FROM reception_sitting s
    JOIN reception_receptionday d ON d.id = s.day_id
    LEFT JOIN reception_substitution i ON i.sitting_id = s.id AND i.state = 'in_force'
    WHERE s.state = 'published' AND d.state = 'published' AND d.day >= %s
) r
ORDER BY r.day, r.sitting
"""
# What is wrong at once, in words; then the journal's length and its last number, and the last release's number.
WRONG = """
SELECT 'two in force' FROM reception_substitution WHERE state = 'in_force' GROUP BY sitting_id HAVING count(*) > 1
UNION ALL
SELECT 'two under way' FROM reception_substitution WHERE state = ANY(%s) GROUP BY sitting_id HAVING count(*) > 1
UNION ALL
SELECT CASE WHEN b.pair_id = a.id THEN 'a swap in two states' ELSE 'a swap of one' END
FROM reception_substitution a JOIN reception_substitution b ON b.id = a.pair_id
WHERE (a.state = ANY(%s) OR a.state = 'in_force') AND (b.pair_id IS DISTINCT FROM a.id OR a.state <> b.state)
"""
HEADS = """
SELECT (SELECT count(*) FROM reception_entry), (SELECT coalesce(max(n), 0) FROM reception_entry),
    (SELECT coalesce(max(number), 0) FROM reception_release)
"""
# Every change of a row gives it another version, so entries of one version are the entries that were read.
ENTRIES = "SELECT count(*), coalesce(sum(hashtextextended(id::text || ' ' || xmin::text, 0)), 0) FROM reception_entry WHERE n <= %s"


def _remembering(compose):
    """`compose`, which only reads: asked twice of the same tables for the same, it reads them once."""
    made = []

    def remembered(county, *, on, previous, note="", note_en=""):
        asked = (county, on, previous, note, note_en)
        if not made or made[0] != asked:
            made[:] = [asked, compose(county, on=on, previous=previous, note=note, note_en=note_en)]
        return made[1]

    return remembered


class Invariants:
    """The invariants of one simulated county, and what they remember of it."""

    def __init__(self, life):
        self.life = life
        self.head, self.released, self.fed, self.published = 0, 0, 0, None
        self.past, self.sequences, self.days = {}, {}, {}
        self.hashes, self.read, self.version = {0: journal.FIRST}, 0, None
        self.seen = Counter()

    def each(self):
        """After every event, in the county in scope."""
        said = self.life.last_act
        with connection.cursor() as cursor:
            cursor.execute(WRONG, [UNDER, UNDER])
            assert cursor.fetchall() == [], said
            cursor.execute(HEADS)
            count, head, number = cursor.fetchone()
        receiving = self._receiving()
        assert count == head >= self.head, f"{said}: the journal has a gap"
        self.head = head
        self._no_one_twice(receiving, said)
        self._no_one_away(receiving, said)
        if number != self.released:
            self._releases(said)

    def _receiving(self):
        with connection.cursor() as cursor:
            cursor.execute(RECEIVING, [UNDER, self.life.today])
            return cursor.fetchall()

    def _no_one_twice(self, receiving, said):
        by_leader = {}
        for day, sitting, starts, ends, leader, _away, _asked in receiving:
            by_leader.setdefault((day, leader), []).append((starts, ends, sitting))
        for (day, leader), rows in by_leader.items():
            rows.sort()
            if any(one[1] > other[0] for one, other in pairwise(rows)):
                assert self._listed(kinds.SittingTwice, day), f"{said}: leader {leader} sits twice on {day}"
                self.seen["twice, listed"] += 1

    def _no_one_away(self, receiving, said):
        now = (self.life.today, self.life.at.time())
        for day, _sitting, _starts, ends, leader, away, asked in receiving:
            assert asked or not away or (day, ends) <= now, f"{said}: leader {leader} is away on {day} and nobody was asked"
            self.seen["away, and somebody asked"] += away and asked

    def _listed(self, kind, day):
        years = {row.month.year for row in ReceptionDay.objects.filter(day=day)}
        return any(
            isinstance(conflict, kind) and conflict.day == day
            for year in years
            for conflict in conflicts.find(self.life.county, year, on=self.life.today)
        )

    def _releases(self, said):
        """Every new release: it follows from the last, keeps what is past and every identity, and its numbers never go back."""
        for release in Release.objects.published().filter(number__gt=self.released).order_by("number"):
            document = release.document
            assert release.hash == journal.digest(document), said
            assert document["number"] == self.released + 1 == release.number, said
            assert document["previous"] == self.published, said
            witness = Entry.objects.get(n=document["journal"]["n"])
            assert witness.hash == document["journal"]["hash"], said
            uids, on = set(), release.published_at.astimezone(self.life.county.zone).date().isoformat()
            for day in document["days"]:
                before = self.past.get(day["uid"])
                if before is not None and before["day"] < on <= day["day"] and self._moved_in_time(day, before):
                    # What was decided before the day and is published after it: the day is still to come.
                    self.seen["moved in time, told late"] += 1
                    del self.past[day["uid"]]
                elif before is not None:
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
            self.released, self.published = release.number, release.hash
            self.days = {day["uid"]: day for day in document["days"]}

    def _moved_in_time(self, day, before):
        """Whether the journal has a decision, not later than the day as it was published, that moved it."""
        moves = Entry.objects.filter(act="day.move", object=f"day {day['uid']}")
        days = [move.at.astimezone(self.life.county.zone).date().isoformat() for move in moves]
        return any(decided <= before["day"] for decided in days)

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
        with patch.object(documents, "compose", _remembering(documents.compose)):
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
        self._entries(said)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(DISTINCT key) FROM reception_message")
            count, keys = cursor.fetchone()
        assert count == keys, said
        assert set(Message.objects.values_list("recipient__county", flat=True).distinct()) <= {county.pk}, f"{said}: a message left"
        self._rule(said)
        if self.fed != self.released:
            # The feed is made of the newest release and nothing else.
            self.fed = self.released
            feed = feeds.calendar(published.latest(), address="https://example.invalid")
            identities = [str(event["uid"]).split("@")[0] for event in feed.walk("VEVENT")]
            assert sorted(identities) == sorted(self.sequences), f"{said}: the feed lost or doubled a sitting"
        assert set(Entry.objects.values_list("county", flat=True).distinct()) <= {county.pk}

    def _entries(self, said):
        """The journal follows on from what was read of it before, and that is still the same rows in the same versions."""
        with connection.cursor() as cursor:
            cursor.execute(ENTRIES, [self.read])
            assert self.read == 0 or cursor.fetchone() == self.version, f"{said}: the journal was changed"
            for entry in Entry.objects.filter(n__gt=self.read).order_by("n"):
                assert (entry.n, entry.previous) == (self.read + 1, self.hashes[self.read]), (
                    f"{said}: entry {entry.n} does not follow"
                )
                assert entry.hash == journal.seal(entry), f"{said}: entry {entry.n} was changed"
                self.read, self.hashes[entry.n] = entry.n, entry.hash
            cursor.execute(ENTRIES, [self.read])
            self.version = cursor.fetchone()

    def yearly(self):
        """The whole journal and every release from the first, as whoever verifies them does."""
        assert list(journal.faults()) == [], self.life.last_act

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
        until = today + timedelta(days=county.tell_leaders_days_before)
        near = [row for row in self._receiving() if row[0] <= until]
        answers = {(row.sitting_id, row.leader_id, row.day): row for row in Answer.objects.current().filter(day__gte=today)}
        under_way = {
            row.sitting_id: row for row in Substitution.objects.filter(state__in=UNDER_WAY).select_related("pair", "sitting__day")
        }
        for day, sitting, _starts, _ends, leader, away, _asked in near:
            answer, asked = answers.get((sitting, leader, day)), under_way.get(sitting)
            assert answer or asked, f"{today}: nobody was asked about {day}"
            if answer and answer.state == "asked" and (day - today).days <= county.tell_bureau_days_before:
                assert answer.bureau_told_at, f"{today}: silence about {day} was not told on"
            if answer and answer.state == "declined":
                assert asked or away, f"{today}: a refusal without an owner on {day}"
            if asked and (day - today).days <= county.substitutes_escalate_days_before:
                lead = asked if asked.pair_id is None or asked.pk < asked.pair_id else asked.pair
                assert asked.escalated_at or lead.escalated_at, f"{today}: a late substitution for {day} was not passed on"
        assert not [row for row in under_way.values() if row.sitting.day.day < today]

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
