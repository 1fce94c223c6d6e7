"""``python -m bench [NAME …]``: the promises of speed, each with its figure; exit status 1 when one does not hold."""

import sys
from importlib import import_module

# Only by its name: to make a province takes most of an hour.
LONG = "province"
NAMES = ("dates", "planning", "importing", "releases", "messages", "pages", "memory", "search", LONG)


def main(arguments: list[str]) -> int:
    unknown = [name for name in arguments if name not in NAMES]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}: there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    held = True
    for name in arguments or [name for name in NAMES if name != LONG]:
        for row in import_module(f"bench.{name}").rows():
            print(row, flush=True)
            held = held and row.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
