"""Each role's defaults and README come from its argument specification."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tools import role_docs

SPEC = """\
---
argument_specs:
  main:
    short_description: Keep the clock right
    options:
      clock_server:
        description: Whom to ask.
        type: str
        default: "{{ gateway }}"
      clock_size: {description: Digits., type: str, default: "0480"}
      clock_fast: {description: Hurry., type: bool, default: false}
      clock_zone: {description: Where., type: str, required: true}
"""


@pytest.fixture
def roles(tmp_path: Path) -> Path:
    """A folder with one role."""
    (tmp_path / "clock/meta").mkdir(parents=True)
    (tmp_path / "clock/meta/argument_specs.yml").write_text(SPEC)
    return tmp_path


def test_defaults_are_what_the_specification_says(roles: Path) -> None:
    assert role_docs.main(["--roles", str(roles)]) == 0
    defaults = yaml.safe_load((roles / "clock/defaults/main.yml").read_text())
    assert defaults == {"clock_server": "{{ gateway }}", "clock_size": "0480", "clock_fast": False}


def test_readme_lists_every_input(roles: Path) -> None:
    role_docs.main(["--roles", str(roles)])
    readme = (roles / "clock/README.md").read_text()
    for row in (
        "| `clock_server` | `{{ gateway }}` | Whom to ask. |",
        "| `clock_zone` | required | Where. |",
    ):
        assert row in readme


def test_check_names_a_stale_file_and_leaves_it(roles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    role_docs.main(["--roles", str(roles)])
    readme = roles / "clock/README.md"
    readme.write_text("stale")
    assert role_docs.main(["--roles", str(roles), "--check"]) == 1
    assert str(readme) in capsys.readouterr().out
    assert readme.read_text() == "stale"


def test_the_roles_of_this_tree_are_fresh() -> None:
    assert role_docs.main(["--check"]) == 0
