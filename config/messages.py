"""The catalogue of translations: find every Chinese text in code and templates, keep what is translated, compile.

``python -m config.messages`` (`make messages`) rewrites the catalogue and its compiled form; a test holds both to the code.
"""

import io
import sys
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "config" / "locale" / "en" / "LC_MESSAGES" / "django.po"
# Django's own words as an office says them, where its Chinese catalogue says them otherwise. Written by hand.
SAID_BETTER = ROOT / "config" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ("config", "reception", "petitions")
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}
HEADER = {
    "Project-Id-Version": "Reception Day",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
Key = tuple[str, str]


def found() -> dict[Key, list[str]]:
    """Every text to translate as (singular, plural or ""), with the files it stands in."""
    texts: dict[Key, set[str]] = {}
    for path in [*_python(), *sorted((ROOT / "templates").rglob("*.html")), *sorted((ROOT / "templates").rglob("*.txt"))]:
        name = path.relative_to(ROOT).as_posix()
        code = path.read_text()
        if path.suffix != ".py":
            # Python's own tokenizer reads the result, and it minds how lines are indented.
            code = "\n".join(line.strip() for line in templatize(code, origin=name).splitlines())
        for _line, message, _comments, _context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
            singular, plural = message if isinstance(message, tuple) else (message, "")
            if singular:
                texts.setdefault((str(singular), str(plural or "")), set()).add(name)
    return {key: sorted(files) for key, files in sorted(texts.items(), key=lambda item: (min(item[1]), item[0]))}


def _python() -> list[Path]:
    return sorted(path for folder in SOURCES for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def merged(known: polib.POFile) -> polib.POFile:
    """A catalogue of exactly the texts found, with the translations already known."""
    before = {(entry.msgid, entry.msgid_plural): entry for entry in known}
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = HEADER
    for (singular, plural), files in found().items():
        entry = polib.POEntry(msgid=singular, msgid_plural=plural, occurrences=[(name, "") for name in files])
        old = before.get((singular, plural))
        if plural:
            entry.msgstr_plural = old.msgstr_plural if old else {0: "", 1: ""}
        else:
            entry.msgstr = old.msgstr if old else ""
        if "%(" in singular:
            entry.flags.append("python-format")
        catalogue.append(entry)
    return catalogue


def main() -> int:
    known = polib.pofile(str(CATALOGUE), wrapwidth=0) if CATALOGUE.exists() else polib.POFile()
    catalogue = merged(known)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    polib.pofile(str(SAID_BETTER)).save_as_mofile(str(SAID_BETTER.with_suffix(".mo")))
    missing = [entry.msgid for entry in catalogue if not entry.translated()]
    print(f"{len(catalogue)} texts, {len(missing)} without a translation")
    for text in missing:
        print(f"  {text}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
