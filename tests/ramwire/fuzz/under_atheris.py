"""One target under atheris: `python -m tests.ramwire.fuzz.under_atheris TARGET` and libFuzzer's arguments."""

from __future__ import annotations

import sys

import atheris  # type: ignore[import, unused-ignore]

with atheris.instrument_imports(include=["ramwire"]):
    from .targets import TARGETS


def main() -> None:
    name = sys.argv.pop(1)
    target = next(target for target in TARGETS if target.name == name)
    atheris.Setup(sys.argv, target.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
