"""What is sent to every form, asked of every page and put into every address: nothing is answered with an error of ours (F36), and no form
sets what it does not show (T23)."""

import pytest

from tests.access import strange_texts, unasked
from tests.access.visits import PAGES, address, ask, visit


@pytest.fixture(scope="module")
def opened(world):
    return strange_texts.opened(world, PAGES, address, ask)


def test_f36_no_form_answers_with_an_error(opened):
    found, tried = [], 0
    for page, actor, where, data, text in strange_texts.filled(opened):
        tried += 1
        trouble = strange_texts.wrong(*ask(actor, "POST", where, data), text)
        if trouble:
            found.append(f"{trouble}: {page.name} as {actor.name}, {where} {text[:20]!r} {[n for n, v in data.items() if v]}")
    assert not found, "\n".join(found)
    assert tried > 150


def test_f36_no_query_answers_with_an_error(opened):
    found, tried = [], 0
    for page, actor, where, text in strange_texts.asked(opened):
        tried += 1
        trouble = strange_texts.wrong(*ask(actor, "GET", where), text)
        if trouble:
            found.append(f"{trouble}: {page.name} as {actor.name} {where[:120]}")
    assert not found, "\n".join(found)
    assert tried > 100


def test_f36_no_address_answers_with_an_error(world):
    asked = [
        (where, strange_texts.wrong(*ask(world.own.actors[name], "GET", where), text))
        for name, where, text in strange_texts.addressed()
    ]
    assert [where for where, trouble in asked if trouble] == []


def test_t23_no_form_sets_what_it_does_not_show(world, opened):
    found, changed, besides = [], set(), unasked.columns(world)
    standing = unasked.Standing(world.own.office.county, visit)
    for page, actor, where, form in unasked.forms(opened):

        def send(more, *, actor=actor, where=where, form=form):
            return standing.sent(actor, where, {**form["data"], **more})

        tables, wrong = unasked.differences(send, unasked.more(form, besides))
        changed |= {(page.name, table) for table in tables}
        if wrong:
            found.append(f"{page.name} as {actor.name}, {where}: {wrong}")
    assert not found, "\n".join(found)
    assert len({name for name, _table in changed}) > 40
