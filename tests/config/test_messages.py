"""The catalogue: every text of code and templates is there, translated, with the same placeholders, and compiled."""

import re
from pathlib import Path

import django
import polib
import pytest

from config.messages import CATALOGUE, SAID_BETTER, found, merged

PLACEHOLDER = re.compile(r"%\((\w+)\)")


def catalogue():
    return polib.pofile(str(CATALOGUE), wrapwidth=0)


def test_every_text_is_in_the_catalogue_and_nothing_else():
    assert {(entry.msgid, entry.msgid_plural) for entry in catalogue()} == set(found())


def test_every_text_is_translated_and_none_is_a_guess():
    assert [entry.msgid for entry in catalogue() if not entry.translated() or entry.fuzzy] == []


def test_translations_keep_their_placeholders_and_no_chinese():
    for entry in catalogue():
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid
            assert not re.search(r"[\u4e00-\u9fff]", text), entry.msgid


@pytest.mark.parametrize("path", [CATALOGUE, SAID_BETTER])
def test_the_compiled_catalogue_is_the_written_one(path):
    compiled, written = polib.mofile(str(path.with_suffix(".mo"))), polib.pofile(str(path))
    assert {e.msgid: (e.msgstr, e.msgstr_plural) for e in compiled} == {e.msgid: (e.msgstr, e.msgstr_plural) for e in written}


def test_what_is_said_better_is_django_s_and_keeps_its_placeholders():
    """A word that Django no longer has would stay here for nothing."""
    folder = Path(django.__file__).parent
    files = [folder / app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po" for app in ("conf", "contrib/admin")]
    known = {entry.msgid for file in files for entry in polib.pofile(str(file))}
    for entry in polib.pofile(str(SAID_BETTER)):
        assert entry.msgid in known
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert set(re.findall(r"%\(\w+\)s|\{\w*\}", text)) <= set(re.findall(r"%\(\w+\)s|\{\w*\}", entry.msgid)), entry.msgid


def test_the_catalogue_is_as_its_tool_writes_it():
    assert str(merged(catalogue())) == str(catalogue())
