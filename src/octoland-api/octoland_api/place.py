"""Where the printer's service is found."""

from __future__ import annotations

import os
from pathlib import Path

SERVICE = "octoprint"
VARIABLE = "OCTOLAND_WIRE"


def service_url() -> str:
    """The wire's URL: $OCTOLAND_WIRE, else the RAM drive in the home of the user who asks."""
    return os.environ.get(VARIABLE) or f"ramdrive:{Path.home() / 'ramdrive' / SERVICE}"
