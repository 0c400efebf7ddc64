"""The command `ramwire`: a shell's way to every wire.

Each subcommand is a class in a module of its own, imported when it is asked for: `ramwire call` must start
fast on a small machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from signal import SIGPIPE
from typing import Callable, Optional, cast

from ramwire.command import arguments, ending
from ramwire.command.outcome import Command, Exit, WrongUsage, exit_of, say
from ramwire.errors import WireError
from ramwire.url import without_password

COMMANDS = {
    "echo": "ramwire.command.serve:Echo",
    "serve": "ramwire.command.serve:Serve",
    "call": "ramwire.command.call:Call",
    "ping": "ramwire.command.ping:Ping",
    "listen": "ramwire.command.channel:Listen",
    "send": "ramwire.command.channel:Send",
    "doctor": "ramwire.command.doctor:Doctor",
    "bench": "ramwire.command.bench:Bench",
    "completion": "ramwire.command.completion:Completion",
}
"""Subcommand to `module:Class`; the class takes what `arguments` parsed for it."""


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run one subcommand; its exit code. A signal that ends it ends the process as that signal does."""
    try:
        ending.raise_on_signals()
        return _run(argv)
    except ending.Ended as end:
        ending.die_of(end.signum)
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        ending.die_of(SIGPIPE)
    return Exit.REFUSED  # the signal is blocked, and we live on


def _run(argv: Optional[Sequence[str]]) -> int:
    name, given = arguments.parse(argv)
    module, _, cls = COMMANDS[name].partition(":")
    try:
        command = cast("Callable[..., Command]", getattr(import_module(module), cls))
        return command(**given).run()
    except WrongUsage as error:
        say(f"{error} (ramwire {name} --help says more)")
        return Exit.USAGE
    except WireError as error:
        code = exit_of(error)
        say(f"{error}; `{_doctor_of(str(given['url']))}` tells more" if code == Exit.NOBODY else str(error))
        return code


def _doctor_of(url: str) -> str:
    """What to paste into a shell."""
    from shlex import quote  # noqa: PLC0415 - slow to import, seldom needed

    return f"ramwire doctor {quote(without_password(url))}"
