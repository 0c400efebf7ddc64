"""Every stage of `make test`: its commands, what must have passed before it, how long it may take.

The order is the order of starting: the longest chains first, so that two cores end at about the same time.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

Command = tuple[str, ...]

# Containers' names are one engine's, and two clones may be tested at a time.
CLONE = hashlib.sha256(os.fsencode(Path(__file__).resolve())).hexdigest()[:6]


@dataclass(frozen=True)
class Stage:
    name: str
    commands: tuple[Command, ...]
    """All are run, also after one has failed: a lint run names everything at once."""
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """Stages to wait for that may have failed: who tidies up comes last whatever happened."""
    suites: int = 0
    """How many pytest runs must close with tests passed; a run that found none is a failure."""
    environment: dict[str, str] = field(default_factory=dict)
    timeout_s: float = 1200


def python(*arguments: str) -> Command:
    return (sys.executable, *arguments)


def container(name: str) -> dict[str, str]:
    """The setting by which a scenario's container bears a name of this clone's."""
    return {"OCTOLAND_CONTAINER": f"octoland-{name}-{CLONE}"}


def suite(name: str) -> Stage:
    return Stage(name, (python("-m", "pytest", f"tests/{name}"),), suites=1)


def molecule(scenario: str, suite_of_debian: str) -> Stage:
    # Verified before and after the trouble.
    return Stage(
        f"molecule-{suite_of_debian}",
        (("molecule", "test", "-s", scenario),),
        suites=2,
        environment=container(suite_of_debian),
    )


DEMO = container("e2e")

STAGES = (
    # One that is up already is not verified again: no suite is counted.
    Stage("demo", (python("-m", "tools.virtual_pi", "up"),), environment=DEMO),
    molecule("default", "trixie"),
    Stage("e2e", (python("-m", "pytest", "tests/e2e"),), needs=("demo",), suites=1, environment=DEMO),
    Stage(
        "demo-gone",
        (python("-m", "tools.virtual_pi", "stop"),),
        after=("demo", "e2e"),
        environment=DEMO,
    ),
    molecule("bookworm", "bookworm"),
    suite("tft"),
    Stage(
        "lint",
        (
            ("ruff", "check", "--quiet", "."),
            ("ruff", "format", "--check", "--quiet", "."),
            ("mypy", "--strict", "src", "tests", "tools"),
            ("yamllint", "--strict", "."),
            ("ansible-lint", "--offline", "-q"),
            ("tools/shellcheck.sh",),
            python("-m", "tools.verbs_doc", "--check"),
            python("-m", "tools.promises_doc", "--check"),
            python("-m", "tools.completions", "--check"),
            python("-m", "tools.role_docs", "--check"),
            python("-m", "tools.messages", "--check"),
        ),
    ),
    suite("plugin"),
    suite("ramwire"),
    Stage("pythons", (python("-m", "tools.pythons"),), suites=2),
    suite("api"),
    suite("tools"),
    suite("roles"),
)
