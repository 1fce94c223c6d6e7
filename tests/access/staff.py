"""The table of access: the staff's site. Pages of our own first, then Django's, then those of each table."""

from django.contrib import admin

from petitions.admin.doing import DOINGS
from reception.admin.base import ReadOnly
from reception.roles import DELETABLE, TABLES
from reception.workbooks.lists import LISTS
from tests.access.table import GONE, NEVER, Gate, Page

YEAR, DAY = 2026, "2026-02-24"


def staff(name, *needs, args=(), **more):
    return Page(f"admin:{name}", Gate.STAFF, args, needs, **more)


ROSTER = [
    staff("planner", "roster.view", args=(YEAR,), posts=("roster.plan",)),
    staff("decide", "roster.view", args=("day",), posts=("day.decide",)),
    staff("day", "roster.view", args=("day",), posts=("attendance.choose",)),
    staff("answer", "roster.view", args=("answer",), posts=("sitting.answer",)),
    staff("substitution", "roster.view", args=("substitution",), posts=("substitution.propose",)),
    staff("release", "roster.view", args=("release",), posts=("roster.draft",)),
    staff("emergency", "roster.view", args=("sitting",), posts=("substitution.emergency",)),
    staff("summons", "roster.view", args=("attendance",)),
    staff("calendar", "calendar.view", args=(YEAR,)),
    staff("calendar_propose", "calendar.enter", args=(YEAR,), posts=()),
    staff("calendar_change", "calendar.view", args=("calendarchange",), posts=("calendar.enter",)),
    staff("account", "accounts.view", args=("user",), posts=("accounts.edit",)),
    staff("foresee", "county.edit", get="405", posts=()),
    staff("machine", "machine.view", only="GET"),
    staff("messages_held", "messages.view", posts=("messages.settle",)),
    staff("messages_again", "messages.settle", only="POST", get="302", posts=()),
    staff("message", "messages.view", args=("message",), sees="unwalled", posts=("messages.settle",)),
]
DAYS = [
    staff("day_sheet", "day.run", args=("day",), posts=()),
    staff("walk_in", "day.run", args=("day",), posts=()),
    staff("day_papers", "day.run", args=("day",), only="POST", posts=()),
    staff("paper_entry", "day.run", args=("day",), posts=()),
    staff("ticket", "day.run", args=("booking",), sees="unwalled", only="GET"),
    staff("bookings", "booking.view", posts=("booking.manage",)),
    staff("bookings_print", "booking.manage", args=(DAY,)),
    staff("bookings_csv", "booking.manage", args=(DAY,)),
    # Officers of townships besides; these are of a department.
    staff("assist", "booking.assist", "booking.manage", posts=()),
    staff("matters", "early_answer.write"),
    staff("booking", "booking.view", args=("booking",), sees="booking", posts=("booking.manage",)),
    staff("early_answer", "early_answer.write", args=("booking",), sees="booking", posts=()),
    staff("booking_journal", "booking.view", "journal.view", args=("booking",), sees="booking"),
    # Asked for by POST with the code alone; whatever else is asked is answered as if there were none.
    staff("booking_slip", "booking.assist", args=("booking",), sees="booking", get="404", posts=()),
    staff("calls", "booking.manage", posts=()),
    staff("upload", "material.read", args=("upload",), sees="booking", only="GET"),
    staff("minutes", "minutes.record", args=("booking",), sees="unwalled", get="302", posts=()),
    staff("correct_minutes", "minutes.correct", args=("minutes",), sees="unwalled", posts=()),
    staff("receipt", args=("minutes",), sees="case", posts=("tracking.reissue",)),
    staff("registration", args=("minutes",), sees="case", only="POST", posts=()),
    staff("briefing", "briefing.view", args=("sitting",), posts=("identity.read",), posts_first=True),
]
CASES = [
    staff("case", args=("case",), sees="case"),
    staff("case_document", args=("case", "document"), sees="case", posts=("identity.read",)),
    staff("case_material", args=("material",), sees="case", only="GET", opens=("material.read", "case.handle")),
    staff("case_copy", "identity.read", args=("case",), sees="case", only="POST", posts=()),
    staff("case_slip", "case.register", args=("case",), sees="case", only="POST", posts=()),
    staff("clock", args=("clock",), sees="case", only="GET"),
    staff("case_new", "case.register", posts=()),
    staff("unit_cases", "case.handle"),
    staff("disclosures", "case.disclose", posts=()),
    staff("meetings", "agenda.view"),
    staff("meeting_propose", "agenda.view", posts=("agenda.make",)),
    staff("meeting", "agenda.view", args=("agenda",), posts=("agenda.make",)),
    staff("improvements", "improvement.view"),
    staff("improvement_make", "improvement.make", posts=()),
    staff("improvement", "improvement.view", args=("improvement",), sees="improvement", posts=("case.handle",)),
    staff("search", posts=()),
    staff("reports", "report.view", only="GET"),
    staff("radar", "case.view", only="GET"),
    staff("exports", "report.export", posts=()),
    # Whoever asked for it has it, and nobody else: the one of the address is another person's.
    staff("export", args=("export",), sees="hers", get="302", only="POST", posts=()),
    staff("supervisions", "supervision.view"),
    staff("reviews", "review.view"),
]
# Every deed has the page of its form, which whoever sees the case may read; it is done by whoever may. One of each permission.
VERBS = {one.permission: verb for verb, one in DOINGS.items()}
DEEDS = [
    staff("case_do", args=("case", next(iter(DOINGS))), sees="case"),
    *[
        staff("case_do", args=("case", verb), sees="case", posts=(permission,), methods=("POST",), once=True)
        for permission, verb in VERBS.items()
    ],
]
DJANGO = [
    staff("index"),
    Page("admin:login", Gate.OPEN, get="403", outside="sign in"),
    Page("admin:logout", Gate.OPEN, get="200|403", outside=GONE),
    staff("password_change", get="302"),
    staff("password_change_done"),
    staff("jsi18n"),
    # There is no field to complete.
    staff("autocomplete", get="403"),
    # No row of ours has an address of its own on the public site.
    staff("view_on_site", args=("content", "case"), get="404"),
    staff("app_list", args=("petitions",), sees="tables"),
    Page("admin/(?P<url>.*)$", Gate.STAFF, get="404", path="/admin/nowhere/"),
]
# Those that have a page of their own: the table's page of a row leads there, and that one asks.
MOVED = {"answer", "calendarchange", "substitution", "release", "message"}
SEEN = {"case": "case", "message": "unwalled"}


def of_table(model, made):
    """The seven addresses that Django makes for a table."""
    table, label = model._meta.model_name, model._meta.app_label
    view, edit = TABLES[table]
    adds = edit if edit and not isinstance(made, ReadOnly) and table != "county" else NEVER
    changes = edit if edit and not isinstance(made, ReadOnly) else NEVER
    deletes = edit if edit and table in DELETABLE else NEVER
    row = {"args": (table,), "sees": SEEN.get(table, "all")}
    start = f"{label}_{table}"
    if table == "case":
        change = staff(f"{start}_change", view, **row, get="302", unseen=GONE)
    elif table in MOVED:
        change = staff(f"{start}_change", args=(table,), get="302", unseen="302")
    else:
        change = staff(
            f"{start}_change", view, **row, get="302" if table == "case" else "200", unseen=GONE, posts=(changes,), posts_first=True
        )
    return [
        staff(f"{start}_changelist", view, posts={"limit": ("limit.propose",), "case": ()}.get(table)),
        staff(f"{start}_add", adds, posts=()),
        change,
        staff(f"{start}_history", view, **row, hides_first=True),
        staff(f"{start}_delete", deletes, **row, unseen=GONE, posts=()),
        Page(
            f"admin/{label}/{table}/<path:object_id>/",
            Gate.STAFF,
            (table,),
            get="302",
            unseen="302",
            path=f"/admin/{label}/{table}/{{}}/",
        ),
    ]


def of_list(model):
    """The two addresses of a list that comes in and goes out as a workbook."""
    view, edit = TABLES[model._meta.model_name]
    start = f"reception_{model._meta.model_name}"
    return [staff(f"{start}_export", view, only="GET"), staff(f"{start}_import", edit, posts=())]


def tables():
    return [page for model, made in admin.site._registry.items() for page in of_table(model, made)]


def pages():
    return [*ROSTER, *DAYS, *CASES, *DEEDS, *DJANGO, *tables(), *(page for model in LISTS for page in of_list(model))]
