"""Every address × every role, the anonymous and the citizen × own and other county × what concerns one, what does not, what accuses one.

The table (`staff.py`, `others.py`) says who may; each cell is asked of the portal. Whoever is not let in is answered as the table says,
and nothing has changed; and no answer at all has a word of a matter that its reader may not know of.
"""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import connection, transaction

from reception.admin.base import PortalModelAdmin
from tests.access import addresses, answers, people, table
from tests.access.visits import PAGES, address, visit

SECURITY = Path(__file__).resolve().parents[2] / "docs" / "security.md"


def shut(page, actor, where):
    """Whether a POST of this person must do nothing: they are not let in, or may look and no more."""
    return table.expected(page, actor, where, "POST") != page.get or not table.may(actor, page.posts)


def cells(world, actor):
    """What one person tries: page, county and relation, method. A POST is a cell where it must do nothing."""
    for page in PAGES:
        for where in page.places(world, actor):
            for method in page.methods:
                if method == "GET" or (page.posts is not None and shut(page, actor, where)):
                    yield page, where, method


def written():
    """How many rows this transaction has written so far, undone ones too; sessions aside, which carry what a person is told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables WHERE relname <> 'reception_session'"
        )
        return cursor.fetchone()[0]


def tried(world, actor, page, where, method):
    """What is wrong with a cell; empty where it is as the table says."""
    side = world.own if where[0] == table.OWN else world.other
    with transaction.atomic():
        before = written() if method == "POST" else 0
        response = visit(actor, method, address(page, side, where[1]))
        said = answers.text(response)
        changed = method == "POST" and written() != before
        transaction.set_rollback(True)
    found, wanted = answers.of(response), table.expected(page, actor, where, method)
    # Whoever may look and no more is refused on the page itself, with a sentence.
    may_look = method == "POST" and wanted == page.get and found in ("200", "302", "403", "404", "409")
    wrong = "" if found in wanted.split("|") or may_look else f"{found} instead of {wanted}"
    wrong += " and something was written" if changed else ""
    seen = [mark for mark in world.hidden(actor, table.knows) if mark in said]
    return wrong + (f" and it shows {seen}" if seen else "")


@pytest.mark.parametrize("name", people.NAMES)
def test_every_cell(world, name):
    actor = world.own.actors[name]
    wrong = []
    for page, where, method in cells(world, actor):
        found = tried(world, actor, page, where, method)
        if found:
            wrong.append(f"{method} {page.name} {page.args} {where}: {found}")
    assert not wrong, "\n".join(wrong)


def test_every_address_has_a_row_and_every_row_an_address():
    assert addresses.every() == {page.name for page in PAGES}


def test_every_table_of_the_staffs_site_is_one_of_ours():
    assert [model for model, made in admin.site._registry.items() if not isinstance(made, PortalModelAdmin)] == []


def test_as_many_cells_as_the_book_says(world):
    count = sum(1 for actor in world.own.actors.values() for _cell in cells(world, actor))
    said = re.search(r"([\d,]+) cells", SECURITY.read_text())
    assert said, f"docs/security.md does not say that there are {count} cells"
    assert count >= int(said[1].replace(",", "")), count
