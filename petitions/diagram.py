"""The way of a case, drawn from its table: ``python -m petitions.diagram > docs/case.md``. A test holds the page to the table."""

import sys

from petitions.workflow import ENDED, SETTLED, TRANSITIONS, Status, Transition

HEAD = """# The way of a case

Drawn from `petitions/workflow.py` by `python -m petitions.diagram > docs/case.md`; a test holds this page to the table. The numbers are those
of the table; an action that leaves the state as it is, and the ways out of every running state (withdrawn, archived), are in the table only.
"""
# Drawn, these would be an arrow from nearly every state.
EVERYWHERE = ("T26", "T27", "T28", "–")


def page() -> str:
    """The whole page: the diagram, then the table."""
    return f"{HEAD}\n```mermaid\n{diagram()}\n```\n\n{table()}\n"


def diagram() -> str:
    """The states and the actions between them, as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    direction TB"]
    for row in TRANSITIONS:
        if row.number in EVERYWHERE or row.after is None:
            continue
        lines += [f"    {before} --> {row.after}: {row.number} {row.action}" for before in _order(row.before) or ["[*]"]]
    lines += [f"    {status} --> [*]" for status in Status if status in ENDED]
    lines += [f"    class {','.join(status for status in Status if status in SETTLED)} settled"]
    lines += ["    classDef settled fill:#eef3ee,stroke:#557755"]
    return "\n".join(lines)


def table() -> str:
    """Every row: from where to where, who, which clocks start and stop, and the permission."""
    lines = [
        "| # | action | from | to | who | starts | stops | permission |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_row(row) for row in TRANSITIONS)])


def _row(row: Transition) -> str:
    cells = [
        row.number,
        row.action,
        ", ".join(_order(row.before)) or "–",
        row.after or "as it is",
        ", ".join(row.actors),
        ", ".join(row.starts) or "–",
        ", ".join(row.stops) or "–",
        f"`{row.permission}`",
    ]
    return f"| {' | '.join(cells)} |"


def _order(states: frozenset[Status]) -> list[str]:
    return [status.value for status in Status if status in states]


if __name__ == "__main__":
    sys.stdout.write(page())
