from __future__ import annotations

import shutil

import pytest

from .processes import run, run_program


@pytest.mark.parametrize(("typed", "completed"), [("do", "doctor"), ("li", "listen"), ("comp", "completion")])
def test_bash_completes_a_subcommand(typed: str, completed: str) -> None:
    script = run("completion", "bash").out
    asked = f"{script}\nCOMP_WORDS=(ramwire {typed}); COMP_CWORD=1; _shtab_ramwire ramwire {typed} ramwire"
    done = run_program(("bash", "-c", asked + '\nprintf "%s\\n" "${COMPREPLY[@]}"'))
    assert done.out.split() == [completed]


def test_zsh_reads_its_script() -> None:
    done = run("completion", "zsh")
    assert done.out.startswith("#compdef ramwire\n")
    if shutil.which("zsh"):
        assert run_program(("zsh", "-n", "-c", done.out)).code == 0


def test_other_shell_is_told_the_known_ones() -> None:
    done = run("completion", "fish")
    assert done.code == 2
    assert "bash" in done.err
