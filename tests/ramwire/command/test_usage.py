from __future__ import annotations

import sys

import pytest

from .processes import run, run_program

SUBCOMMANDS = ("echo", "serve", "call", "ping", "doctor", "bench")


def test_help_lists_the_subcommands_and_the_exit_codes() -> None:
    done = run("--help")
    assert done.code == 0
    assert all(name in done.out for name in SUBCOMMANDS)
    assert "5 refused" in done.out


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_each_subcommand_has_its_help(name: str) -> None:
    done = run(name, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"usage: ramwire {name}" in done.out


@pytest.mark.parametrize("arguments", [[], ["dance"], ["call"], ["ping"], ["serve", "ramdrive:/x/y"]])
def test_incomplete_command_line_exits_with_2(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "usage: ramwire" in done.err


def test_arguments_of_a_verb_are_not_said_to_be_required() -> None:
    assert "required: URL, VERB\n" in run("call").err


@pytest.mark.parametrize("name", ["listen", "send"])
def test_help_of_channels_shows_an_address_that_has_one(name: str) -> None:
    assert "fifo:/dev/shm/talk" in run(name, "--help").out


def test_version_is_told() -> None:
    done = run("--version")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("ramwire ")


def imported_by(code: str) -> frozenset[str]:
    """The modules of a fresh Python after that code."""
    done = run_program((sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"))
    assert done.code == 0, done.err
    return frozenset(done.err.split())


SLOW = frozenset(("asyncio", "mpu", "multiprocessing", "subprocess", "pkg_resources", "http", "msgspec"))


def test_importing_ramwire_imports_nothing_slow() -> None:
    loaded = imported_by("import ramwire")
    assert not loaded & (SLOW | {"json", "logging", "concurrent", "ramwire.client"})


def test_importing_both_ends_imports_nothing_large() -> None:
    """The library may cost 40 ms and 6 MB above a bare Python; `ramwire bench` prints what it does."""
    ends = "import ramwire.ramdrive.client, ramwire.ramdrive.server\nfrom ramwire import Client, Server"
    assert not imported_by(ends) & (SLOW | {"dataclasses", "inspect", "secrets", "hmac", "difflib"})


@pytest.mark.usefixtures("echo")
def test_call_imports_nothing_slow(url: str) -> None:
    """`ramwire call` has to start fast on a Pi."""
    loaded = imported_by(
        f"from ramwire.command import main\nassert main(['call', {url!r}, 'add', '2', '5']) == 0"
    )
    assert not loaded & (SLOW | {"ramwire.server", "ramwire.bench", "dataclasses"})
    assert "ramwire.client" in loaded
