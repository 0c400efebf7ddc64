"""Values picked out of OctoPrint's untyped dictionaries: of the wanted type, or None."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Optional

Tree = Mapping[str, object]
_EMPTY: Tree = {}


def tree(value: object) -> Tree:
    return value if isinstance(value, Mapping) else _EMPTY


def number(value: object) -> Optional[float]:
    """A finite number; a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None


def whole(value: object) -> Optional[int]:
    found = number(value)
    return None if found is None else int(found)


def moment_s(value: object) -> Optional[float]:
    """Seconds since 1970: OctoPrint 1.11 has the number, 2.0 a datetime with its zone."""
    return value.timestamp() if isinstance(value, datetime) else number(value)


def text(value: object) -> Optional[str]:
    return value if isinstance(value, str) and value else None
