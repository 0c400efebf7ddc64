"""The two ends at an address from the command line; a wrong address is wrong usage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Callable

from ramwire import Client, Refused, Server
from ramwire.command.outcome import WrongUsage


def client_at(url: str, timeout_s: float) -> Client:
    try:
        return Client(url, timeout=timeout_s)
    except Refused as error:
        raise WrongUsage(str(error)) from error


def server_at(url: str, verbs: Mapping[str, Callable[..., object]]) -> Server:
    try:
        return Server(url, verbs=verbs)
    except Refused as error:
        raise WrongUsage(str(error)) from error
