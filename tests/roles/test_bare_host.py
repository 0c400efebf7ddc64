"""`-i pi.local`: a host where no file of that name is, and an inventory's path otherwise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .module import TREE

ANSIBLE_INVENTORY = Path(sys.executable).parent / "ansible-inventory"


def list_inventory(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """What Ansible says when called with `-i NAME` in a folder."""
    command = [str(ANSIBLE_INVENTORY), "-i", name, "--list"]
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(TREE / "ansible.cfg"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def hosts(folder: Path, name: str) -> list[str]:
    """The hosts that it sees."""
    answer = list_inventory(folder, name)
    assert answer.returncode == 0, answer.stderr
    return sorted(json.loads(answer.stdout)["_meta"]["hostvars"]) or sorted(
        json.loads(answer.stdout).get("ungrouped", {}).get("hosts", [])
    )


@pytest.mark.parametrize("name", ["pi.local", "octopi", "192.168.1.20", "fe80::1"])
def test_bare_name_is_a_host(tmp_path: Path, name: str) -> None:
    assert hosts(tmp_path, name) == [name]


def test_list_of_names_stays_a_list(tmp_path: Path) -> None:
    assert hosts(tmp_path, "one.local,two.local") == ["one.local", "two.local"]


def test_file_stays_an_inventory(tmp_path: Path) -> None:
    (tmp_path / "pi.local").write_text("[printers]\nworkshop\n")
    assert hosts(tmp_path, "pi.local") == ["workshop"]


@pytest.mark.parametrize("name", ["hosts.yml", "inventory/hosts", "-x"])
def test_misspelt_inventory_is_an_error(tmp_path: Path, name: str) -> None:
    answer = list_inventory(tmp_path, f"./{name}")
    assert answer.returncode != 0
    assert "failed to parse inventory" in answer.stderr
