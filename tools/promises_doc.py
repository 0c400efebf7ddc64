#!/usr/bin/env python3
"""Write the tables of what each wire promises into docs/protocol/README.md, from the suites they pass.

python -m tools.promises_doc            write them
python -m tools.promises_doc --check    write nothing; exit 1 if they are stale
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Union

from ramwire.testing import ChannelSuite, WireSuite
from ramwire.testing.promises import Promise, promise_of

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "protocol" / "README.md"
SUITES = ROOT / "tests" / "ramwire"

BEGIN = (
    "<!-- Made by tools/promises_doc.py from the suites in tests/ramwire: edit there, then `make docs`. -->\n"
)
END = "<!-- Until here. -->\n"

Suite = Union[type[WireSuite], type[ChannelSuite]]


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args(argv).check
    page = PAGE.read_text()
    fresh = renewed(page)
    if check:
        if fresh != page:
            print(f"{PAGE.relative_to(ROOT)} is stale: run `make docs`", file=sys.stderr)
        return int(fresh != page)
    PAGE.write_text(fresh)
    return 0


def renewed(page: str) -> str:
    """The page with its tables made anew."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE.relative_to(ROOT)} lacks the lines between which the tables stand")
    return f"{head}{begin}\n{tables()}\n{end}{tail}"


def tables() -> str:
    """Both tables and the reasons under them, in Markdown."""
    suites = sorted(_suites(), key=lambda suite: suite.scheme)
    services = [suite for suite in suites if issubclass(suite, WireSuite)]
    channels = [suite for suite in suites if issubclass(suite, ChannelSuite)]
    return "\n".join([*_promises(services), "", *_channels(channels)]) + "\n"


def _suites() -> Iterator[Suite]:
    """Each wire's own, and not what a wire's test shares among several."""
    for path in sorted(SUITES.glob("*/test_*.py")):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for _, found in inspect.getmembers(module, inspect.isclass):
            if not issubclass(found, (WireSuite, ChannelSuite)) or found.__module__ != module.__name__:
                continue
            if found.__name__.startswith("Test"):
                yield found


def _lacks(suites: Sequence[Suite]) -> Mapping[str, Mapping[str, str]]:
    """Scheme to test to reason; a wire may have several suites."""
    lacks: dict[str, dict[str, str]] = {}
    for suite in suites:
        lacks.setdefault(suite.scheme, {}).update(suite.lacks)
    return lacks


def _promises(suites: Sequence[type[WireSuite]]) -> Iterator[str]:
    lacks = _lacks(suites)
    reasons: list[str] = []
    yield f"| promise | {' | '.join(lacks)} |"
    yield f"|---|{'---|' * len(lacks)}"
    for promise in Promise:
        tests = {
            name
            for name, test in inspect.getmembers(WireSuite, inspect.isfunction)
            if promise_of(test) is promise
        }
        if tests:
            cells = [_cell(lacked, tests, reasons) for lacked in lacks.values()]
            yield f"| {promise.value} | {' | '.join(cells)} |"
    yield from _told(reasons)


def _channels(suites: Sequence[type[ChannelSuite]]) -> Iterator[str]:
    lacks = _lacks(suites)
    reasons: list[str] = []
    tests = {
        name for name, _ in inspect.getmembers(ChannelSuite, inspect.isfunction) if name.startswith("test_")
    }
    yield f"| channels | {' | '.join(lacks)} |"
    yield f"|---|{'---|' * len(lacks)}"
    cells = [_cell(lacked, tests, reasons) for lacked in lacks.values()]
    yield f"| messages both ways, whole, in order | {' | '.join(cells)} |"
    yield from _told(reasons)


def _cell(lacked: Mapping[str, str], tests: set[str], reasons: list[str]) -> str:
    """`yes`, or the numbers of the reasons why not wholly."""
    told = dict.fromkeys(reason for test, reason in lacked.items() if test in tests)
    if not told:
        return "yes"
    reasons += [reason for reason in told if reason not in reasons]
    return "but " + ", ".join(f"({reasons.index(reason) + 1})" for reason in told)


def _told(reasons: Sequence[str]) -> Iterator[str]:
    if reasons:
        yield ""
    for number, reason in enumerate(reasons, start=1):
        yield f"{number}. {reason[0].upper()}{reason[1:].rstrip('.')}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
