"""Which ramwire this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    try:
        return f"ramwire {version('ramwire')}"
    except PackageNotFoundError:
        return "ramwire, run from its source"
