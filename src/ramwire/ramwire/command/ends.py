"""The ends at an address from the command line; a wrong address is wrong usage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Callable

import ramwire
from ramwire import registry
from ramwire.command.outcome import WrongUsage

if TYPE_CHECKING:
    # At run time either is imported when it is named: a call needs no server.
    from ramwire import Channel, Client, Server
    from ramwire.contract import End


def client_at(url: str, timeout_s: float) -> Client:
    try:
        return ramwire.Client(url, timeout=timeout_s)
    except ramwire.Refused as error:
        raise WrongUsage(str(error)) from error


def server_at(url: str, verbs: Mapping[str, Callable[..., object]]) -> Server:
    try:
        return ramwire.Server(url, verbs=verbs)
    except ramwire.Refused as error:
        raise WrongUsage(str(error)) from error


def channel_at(url: str, end: End) -> Channel[str]:
    try:
        registry.check_channel(url)
    except ramwire.Refused as error:
        raise WrongUsage(str(error)) from error
    return ramwire.Channel(url, end=end)
