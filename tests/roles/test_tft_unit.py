"""The screen's unit as it is written for each kind of display."""

from __future__ import annotations

import re

import pytest
from jinja2 import Environment, StrictUndefined

from .module import TREE

TEMPLATE = TREE / "roles/tft/templates/etc/systemd/system/octoland-tft.service.j2"
VARIABLES = {
    "ansible_managed": "Ansible managed",
    "display_cookie": "/run/octoland-display/Xauthority",
    "display_number": 20,
    "ramdrive_path": "/home/pi/ramdrive",
    "target_group": "pi",
    "target_home": "/home/pi",
    "target_user": "pi",
    "tft_size": "480x320",
    "tft_venv": "/opt/octoland/tft",
    "tft_x11_display": ":0",
}


def unit_for(display: str) -> str:
    """The unit's text."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, autoescape=False)  # noqa: S701 - no page
    environment.filters["comment"] = lambda text: f"# {text}"
    return environment.from_string(TEMPLATE.read_text()).render(VARIABLES, tft_display=display)


@pytest.mark.parametrize("display", ["kms", "x11", "virtual"])
def test_screen_waits_for_no_target_that_waits_for_it(display: str) -> None:
    """systemd would end such a circle by not starting the screen at boot."""
    unit = unit_for(display)
    assert "WantedBy=multi-user.target" in unit
    waits_for = " ".join(re.findall(r"^After=(.*)$", unit, re.MULTILINE)).split()
    assert {"multi-user.target", "graphical.target"}.isdisjoint(waits_for)
