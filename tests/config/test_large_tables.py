"""Large tables are looked over by the database often, so that a county that joins others is known to its planner."""

from django.db import connection

from reception.growing import LookedOverOften

LARGE = {
    *(f"petitions_{name}" for name in ("answer", "case", "casestep", "casetext", "deadline", "delivery", "document", "gram")),
    *(f"petitions_{name}" for name in ("referral", "task")),
    *(f"reception_{name}" for name in ("attempt", "booking", "bookingstep", "entry", "identity", "message", "occasion")),
}


def test_each_large_table_is_looked_over_after_so_many_changes(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reloptions FROM pg_class WHERE array_to_string(reloptions, ' ') LIKE '%%analyze%%'")
        found = dict(cursor.fetchall())
    assert set(found) == LARGE
    wanted = {"autovacuum_analyze_scale_factor=0", f"autovacuum_analyze_threshold={LookedOverOften.CHANGES}"}
    assert all(wanted <= set(options) for options in found.values())
