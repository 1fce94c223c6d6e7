"""Every act that the code writes into the journal has words, in both languages."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from petitions.workflow import Action
from reception import deeds
from reception.templatetags.words import HAN
from reception.workflows.answer import ANSWER
from reception.workflows.booking import WORKFLOW as BOOKING
from reception.workflows.substitution import WORKFLOW as SUBSTITUTION

ROOT = Path(__file__).resolve().parents[2]
TREES = [ast.parse(path.read_text()) for room in ("reception", "petitions") for path in sorted((ROOT / room).rglob("*.py"))]


def literals(node):
    """The texts that an expression can be: itself, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return [*literals(node.body), *literals(node.orelse)] if isinstance(node, ast.IfExp) else []


def given(tree, function, position, name):
    """What the module hands to a parameter of one of its functions."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function:
            handed = [*call.args[position : position + 1], *(word.value for word in call.keywords if word.arg == name)]
            yield from (text for node in handed for text in literals(node))


def composed(tree, function, pieces):
    """The acts of f"noun.{verb}", where the verb is a parameter and the callers name it."""
    before, variable = pieces.values[0], pieces.values[-1]
    if isinstance(before, ast.Constant) and isinstance(variable, ast.FormattedValue) and isinstance(variable.value, ast.Name):
        names = [argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]]
        if variable.value.id in names:
            for verb in given(tree, function.name, names.index(variable.value.id), variable.value.id):
                yield f"{before.value}{verb}"


def written():
    """Every act that the code names."""
    for tree in TREES:
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for call in ast.walk(function):
                    for word in call.keywords if isinstance(call, ast.Call) else ():
                        if word.arg == "act":
                            yield from literals(word.value)
                            if isinstance(word.value, ast.JoinedStr):
                                yield from composed(tree, function, word.value)


WRITTEN = sorted({act for act in written() if "." in act})


def test_the_search_finds_the_acts():
    assert len(WRITTEN) > 90
    assert {"release.publish", "limit.take_back", "minutes.correct", "opinion.look", "answer.tell_office"} <= set(WRITTEN)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_act_has_words(language):
    more = [
        *(f"booking.{action}" for action in BOOKING.actions),
        *(f"answer.{action}" for action in ANSWER.actions),
        *(f"substitution.{action}" for action in SUBSTITUTION.actions),
        *(f"case.{action.value}" for action in Action),
        *(f"account.second_factor_{change}" for change in ("added", "removed", "renewed")),
        *("account.password_changed", "account.password_reset", "leader.change", "absence.add", "topic.remove"),
    ]
    with override(language):
        assert [act for act in [*WRITTEN, *more] if not deeds.known(act)] == []
        said = {act: deeds.said(act) for act in [*WRITTEN, *more]}
    if language == "en":
        assert {act: words for act, words in said.items() if HAN.search(words) or not words[0].isupper()} == {}


def test_an_act_without_words_is_shown_as_it_is_written():
    assert deeds.said("nothing.known") == "nothing.known"
    assert deeds.thing("booking 2680") == "预约 2680"
