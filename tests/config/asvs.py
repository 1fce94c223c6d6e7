"""Which requirements of OWASP ASVS 5.0.0 apply, and what is wrong with a table that answers them."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["requirement", "level", "topic", "state", "evidence", "remark"]
STATES = ("met", "partly", "not met", "does not apply")
# Of the levels 1 and 2: those that can apply to a web site with forms, accounts and files, without OAuth, GraphQL or sockets.
ONE_AND_TWO = """
    1.1.1-2 1.2.1-5 1.2.9 1.3.1-7 1.3.10-11 1.4.1-3 1.5.1-2
    2.1.1-3 2.2.1-3 2.3.1-4 2.4.1
    3.2.1-2 3.3.1-4 3.4.1-6 3.5.1 3.5.3-4 3.7.1-2
    4.1.1-3 4.2.1
    5.1.1 5.2.1-3 5.3.1-2 5.4.1-3
    6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3
    7.1.1-2 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2
    8.1.1-2 8.2.1-3 8.3.1 8.4.1
    9.1.1-3 9.2.1-4
    11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1
    12.1.1-2 12.2.1-2 12.3.1-4
    13.1.1 13.2.1-5 13.3.1-2 13.4.1-5
    14.1.1-2 14.2.1-4 14.3.1-3
    15.1.1-3 15.2.1-3 15.3.1-7
    16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3
"""
# Of level 3 those that this portal takes upon itself; of 16.3.2 the part that is of level 3.
THREE = """
    1.2.10 1.3.12 2.3.5 2.4.2 3.4.7-8 3.5.8 3.6.1 5.2.4 5.2.6 6.3.5 6.3.7-8 6.4.6 8.3.2 8.4.2 11.2.4 14.2.6-8 15.4.2-3 16.3.2 16.5.4
"""


def spelled_out(text: str) -> list[str]:
    """``1.1.1-2`` as 1.1.1 and 1.1.2."""
    numbers = []
    for part in text.split():
        section, _dot, last = part.rpartition(".")
        first, _dash, end = last.partition("-")
        numbers += [f"{section}.{n}" for n in range(int(first), int(end or first) + 1)]
    return numbers


WANTED = {(number, False) for number in spelled_out(ONE_AND_TWO)} | {(number, True) for number in spelled_out(THREE)}


@cache
def tests_of(path: Path) -> frozenset[str]:
    """The names of a file's tests, those in classes as ``Class::test``, read and not run."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))


@cache
def headings_of(path: Path) -> frozenset[str]:
    """The anchors of a document's headings, as they are in its address."""
    headings = re.findall(
        r"^#+ +(.+?)\s*$", re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def missing(evidence: str) -> str:
    """Why a piece of evidence is none; empty where it is one."""
    name, test, wanted = evidence.partition("::")
    name, anchor, heading = (name, "", "") if test else name.partition("#")
    path = ROOT / name
    if not name or ".." in name or not path.is_file():
        return f"{evidence}: no such file"
    if test:
        return "" if wanted in tests_of(path) else f"{evidence}: no such test"
    if name.endswith(".md"):
        return "" if heading in headings_of(path) else f"{evidence}: no such heading"
    return f"{evidence}: a file has no headings" if anchor else ""


def problems(rows: list[dict[str, str]]) -> list[str]:
    """What is wrong with a table, in words."""
    said = []
    keys = [(row["requirement"], row["level"] == "L3") for row in rows]
    said += [f"{number}: missing" for number, _third in sorted(WANTED - set(keys))]
    said += [f"{number}: not asked for" for number, _third in sorted(set(keys) - WANTED)]
    said += [f"{number}: twice" for number, third in sorted({key for key in keys if keys.count(key) > 1})]
    for row in rows:
        number, evidence = row["requirement"], [each.strip() for each in row["evidence"].split(" ; ") if each.strip()]
        if list(row) != COLUMNS or None in row.values():
            said.append(f"{number}: other columns")
        if row["level"] not in ("L1", "L2", "L3"):
            said.append(f"{number}: no such level")
        if row["state"] not in STATES:
            said.append(f"{number}: no such state")
        if not row["topic"].strip():
            said.append(f"{number}: no topic")
        if row["state"] in ("met", "partly") and not evidence:
            said.append(f"{number}: no evidence")
        if row["state"] != "met" and not row["remark"].strip():
            said.append(f"{number}: says not what is missing")
        said += [f"{number}: {why}" for why in map(missing, evidence) if why]
    return said
