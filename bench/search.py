"""Searching a million cases of one county for what they say: the newest twenty, as a clerk and through every wall, beside a scan.

The cases are made once in a database of their own and kept for the next run. ``CASES`` (1,000,000), ``SEARCHES`` (300 of each length) and
``SCANS`` (12 of each length are compared row by row with LIKE, and timed) make it smaller.
"""

import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench import databases
from bench.table import Row
from petitions.province.corpus import Corpus

CASES, SEARCHES, SCANS = (
    int(os.environ.get(name, most)) for name, most in (("CASES", 1_000_000), ("SEARCHES", 300), ("SCANS", 12))
)
YEARS, LAST, BATCH, NEWEST = 10, date(2026, 11, 20), 2_500, 20
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
# What people look for, beside what is drawn from the texts: frequent, rare, never, and rare neighbours of frequent parts.
SAID = {
    1: list("的水村信访路年问题征龘"),
    2: ["反映", "问题", "的问", "补偿", "物业", "农民", "拆迁", "题的", "映问", "没有", "是一", "龘靐", "水村", "20", "5户"],
    3: [
        "反映问题",
        "农民工工资",
        "的问题",
        "题的问",
        "多次向",
        "问题，经",
        "公用厕所",
        "没有得到解决",
        "要求尽快解决",
        "物业公司乱收停车费",
    ],
    4: [
        "2019年",
        "污水直排河道",
        "反映工作人员",
        "解决问题",
        "村民代表会议记录造假",
        "绝不存在的说法",
        "的问题，多次",
        "答复，要求",
    ],
}
SAID[3] += SAID.pop(4)
PROMISED = {1: 60.0, 2: 60.0, 3: 10.0}


def rows() -> Iterator[Row]:
    with databases.own("search"):
        yield from _measured()


def _measured() -> Iterator[Row]:
    from petitions.models import Case
    from reception import scope
    from reception.models import County, RoleGrant, User
    from reception.roles import Role

    county = County.objects.filter(slug="search").first() or _county()
    with scope.county(county):
        there = Case.objects.count()
        clerk = User.objects.filter(username="search-clerk").first()
        if clerk is None:
            clerk = User.objects.create(username="search-clerk", name="登记员", county=county, created_at=AT)
            RoleGrant.objects.create(user=clerk, role=Role.CLERK.value, starts_on=date(2020, 1, 1))
    if there < CASES:
        yield from _make(county, there)
    with scope.county(county):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            print(
                f"as {cursor.fetchone()}; {Case.objects.count():,} cases; {NEWEST} newest; buffers {databases.BUFFERS}; "
                + _sizes(cursor),
                flush=True,
            )
        yield from _searched(Case.objects.visible_to(clerk, on=LAST))


def _county() -> Any:
    from reception import scope
    from reception.models import County, Identity, Topic

    county = County.objects.create(slug="search", code="139909", name="检索县", bureau="检索县信访局")
    with scope.county(county):
        for position, name in enumerate(Corpus().topics):
            Topic.objects.create(code=f"T{position}", name=name, position=position)
        blank = "0" * 24
        Identity.objects.create(sealed=b"", shredded_at=AT, kept_at=AT, name_index=blank, person_index=blank)
    return county


def _make(county: Any, there: int) -> Iterator[Row]:
    """Cases from the oldest to the newest, under every guard; a handful in each batch comes late, among the earlier ones."""
    from django.db import connection

    from petitions.actions import indexing
    from petitions.models import Case
    from reception import scope
    from reception.models import Identity, Topic

    began, made, corpus, chance = time.perf_counter(), 0, Corpus(seed=there + 1), random.Random(there)
    texts = corpus.texts()
    with scope.county(county):
        topics = list(Topic.objects.order_by("position").values_list("pk", flat=True))
        identity = Identity.objects.get()
    span, total = YEARS * 365, max(CASES, 1)
    while there + made < CASES:
        batch = []
        for number in range(there + made, min(there + made + BATCH, CASES)):
            topic, matter, wish = next(texts)
            ago = span - number * span // total + (chance.randrange(400) if chance.random() < 0.01 else 0)
            day = LAST - timedelta(days=ago)
            batch.append(
                Case(
                    number=f"9{number:010}",
                    code_hash="",
                    status=chance.choice(("closed", "closed", "closed", "in_handling", "guided", "transferred")),
                    kind="claim",
                    way_in=chance.choice(("letter", "phone", "web")),
                    topic_id=topics[topic],
                    matter=matter,
                    wish=wish,
                    identity=identity,
                    received_on=day,
                    registered_at=AT,
                    county_id=county.pk,
                )
            )
        with scope.county(county):
            Case.objects.bulk_create(batch, batch_size=500)
        made += len(batch)
        if made % 100_000 < BATCH:
            print(f"{there + made:,} cases made", flush=True)
    yield Row(
        f"registering {made:,} rows of cases in bulk, with their texts", (time.perf_counter() - began) / made * 1e6, None, "µs"
    )
    began = time.perf_counter()
    with scope.county(county):
        put = indexing.index()
    took = time.perf_counter() - began
    yield Row(f"putting {put:,} texts into their months' lists", took, None, "s")
    yield Row("the same for each", took / max(put, 1) * 1e3, None, "ms")
    from django.db import connections

    connections["owner"].cursor().execute("VACUUM ANALYZE petitions_case, petitions_casetext, petitions_gram")
    connection.close()


def _sizes(cursor: Any) -> str:
    cursor.execute(
        "SELECT string_agg(name || ' ' || pg_size_pretty(pg_total_relation_size(name::regclass)), ', ')"
        " FROM unnest(ARRAY['petitions_case', 'petitions_casetext', 'petitions_gram']) AS name"
    )
    return str(cursor.fetchone()[0])


def _searched(seen: Any) -> Iterator[Row]:
    from petitions import search

    chance, equal, compared = random.Random(7), 0, 0
    for length, promised in PROMISED.items():
        words = SAID[length] + _drawn(length, chance, SEARCHES - len(SAID[length]))
        # Each is asked twice: the first time fills the database's memory, as a day's work does.
        for word in words:
            search.newest(word, seen, most=NEWEST)
        took = {word: _timed(lambda w=word: search.newest(w, seen, most=NEWEST))[0] for word in words}
        ordered = sorted(took.values())
        name = f"{length} characters" if length < 3 else "3 and more characters"
        yield Row(f"{name}: p99 of {len(ordered)} searches", ordered[int(len(ordered) * 0.99)] * 1e3, promised, "ms")
        yield Row(f"{name}: median", statistics.median(ordered) * 1e3, None, "ms")
        print("slowest: " + ", ".join(f"{word} {took[word] * 1e3:.1f}" for word in sorted(took, key=took.get)[-5:]), flush=True)  # type: ignore[arg-type]
        ratios = []
        for word in [*SAID[length], *chance.sample(words, min(SCANS, len(words)))]:
            expected = _by_scan(word, seen)
            found = search.newest(word, seen, most=NEWEST)
            compared, equal = compared + 1, equal + (found == expected[1])
            if found != expected[1]:
                print(f"DIFFERENT for {word}: {found} but {expected[1]}", flush=True)
            ratios.append(expected[0] / took[word])
        yield Row(f"{name}: beside a scan with LIKE, median of {len(ratios)}", statistics.median(ratios), 100, "×", floor=True)
    yield Row(f"of {compared} answers, equal to LIKE's row by row", equal / compared, 1, "", floor=True)


def _drawn(length: int, chance: random.Random, count: int) -> list[str]:
    """Pieces of the texts themselves, so that what is frequent is asked for often and what is rare too."""
    from petitions.models import CaseText

    texts = list(CaseText.objects.order_by().values_list("text", flat=True)[: 40 * count : 40])
    found = []
    while len(found) < count:
        text, size = chance.choice(texts), length if length < 3 else chance.choice((3, 3, 3, 4, 4, 5, 6, 8, 12))
        at = chance.randrange(max(len(text) - size, 1))
        piece = text[at : at + size]
        if piece.strip() == piece and len(piece) == size and piece not in found:
            found.append(piece)
        elif len(set(found)) > 0 and chance.random() < 0.001:
            break
    return found


def _by_scan(word: str, seen: Any) -> tuple[float, list[int]]:
    """The same by LIKE over every text, in the same order, with no index to help; and how long it took."""
    from django.db import connection

    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off")
        sql, of = (
            seen.extra(
                tables=["petitions_casetext"],
                where=[
                    "petitions_casetext.case_id = petitions_case.id AND petitions_casetext.text LIKE '%%' || petitions_folded(%s) || '%%'"
                ],
                params=[escaped],
            )
            .order_by("-received_on", "-pk")
            .values("pk")[:NEWEST]
            .query.sql_with_params()
        )

        def scan() -> list[int]:
            cursor.execute(sql, of)
            return [row[0] for row in cursor.fetchall()]

        answer = _timed(scan)
        cursor.execute("SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_indexonlyscan = on")
    return answer


def _timed(work: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)
