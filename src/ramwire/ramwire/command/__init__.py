"""The command `ramwire`: a shell's way to every wire.

Each subcommand is a class in a module of its own, imported when it is asked for: `ramwire call` must start
fast on a small machine.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Callable, Optional, cast

from ramwire.command import arguments, ending
from ramwire.command.outcome import Command, Exit, WrongUsage, exit_of, say
from ramwire.errors import WireError

COMMANDS = {
    "echo": "ramwire.command.serve:Echo",
    "serve": "ramwire.command.serve:Serve",
    "call": "ramwire.command.call:Call",
    "ping": "ramwire.command.ping:Ping",
    "doctor": "ramwire.command.doctor:Doctor",
    "bench": "ramwire.command.bench:Bench",
}
"""Subcommand to `module:Class`; the class takes what `arguments` parsed for it."""


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run one subcommand; its exit code. A signal that ends it ends the process as that signal does."""
    try:
        ending.raise_on_signals()
        code = _run(argv)
        sys.stdout.flush()
    except ending.Ended as end:
        ending.die_of(end.signum)
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        ending.die_of_broken_pipe()
    else:
        return code
    return Exit.REFUSED  # a signal that is blocked did not end us


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
        say(str(error))
        return exit_of(error)
