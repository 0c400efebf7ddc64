"""Where the two ends run: it decides more about speed than the code does, so all three are measured."""

from __future__ import annotations

import os
from dataclasses import dataclass

PLACES = ("free", "same", "cross")


@dataclass(frozen=True)
class Placement:
    """The CPUs of each end."""

    place: str
    client: frozenset[int]
    server: frozenset[int]


class NoSuchPlace(Exception):
    """This machine cannot place the ends so."""


def placement(place: str) -> Placement:
    """`free`: where the kernel likes; `same`: both on one CPU; `cross`: on two. Raises `NoSuchPlace`."""
    allowed = sorted(os.sched_getaffinity(0))
    if place == "free":
        return Placement(place, frozenset(allowed), frozenset(allowed))
    if place == "same":
        return Placement(place, frozenset(allowed[-1:]), frozenset(allowed[-1:]))
    if place != "cross":
        raise NoSuchPlace(f"no place is called {place}; there is {', '.join(PLACES)}")
    if len(allowed) < 2:
        raise NoSuchPlace("cross needs two CPUs, and this process may use one")
    return Placement(place, frozenset(allowed[-1:]), frozenset(allowed[:1]))
