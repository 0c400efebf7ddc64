"""Looks at Redis and at a service there, without touching either."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping

from ramwire.diagnosis import Finding
from ramwire.errors import Refused
from ramwire.redis import replies
from ramwire.redis.address import Address, read
from ramwire.redis.keys import GROUP, Keys
from ramwire.redis.link import Complaint, Late, Link, Lost, command
from ramwire.redis.presence import Presence, present
from ramwire.url import Url

_PATIENCE_S = 2.0
_NEARLY_FULL = 0.95


def examine(url: Url) -> Iterable[Finding]:
    """The findings, in the order in which one would mend them."""
    address = read(url)
    link = Link(address, "doctor")
    deadline = time.monotonic() + _PATIENCE_S
    try:
        link.connect(deadline)
        yield from _redis(link, deadline, address)
        yield from _service(link, deadline, address)
    except Refused as error:
        yield Finding("fault", str(error), "Mend the address, or Redis' own configuration.")
    except Complaint as error:
        yield Finding("fault", f"{address.place} refuses a command: {error}", _RIGHTS)
    except Late:
        yield Finding(
            "fault", f"{address.place} is connected, and does not answer", "Is it stopped? kill -CONT it."
        )
    except Lost as error:
        yield Finding("fault", f"{address.place} cannot be reached: {error}", "Start redis-server there.")
    finally:
        link.close()


_RIGHTS = "Give the user the rights that docs/protocol/redis.md lists."


def _redis(link: Link, deadline: float, address: Address) -> Iterator[Finding]:
    told, memory = link.exchange(deadline, command(b"INFO", b"server"), command(b"INFO", b"memory"))
    if isinstance(told, Complaint) or isinstance(memory, Complaint):
        yield Finding("note", f"{address.place} answers, and does not let this user ask how it is")
        return
    version = _info(told).get("redis_version", "?")
    yield Finding("fine", f"{address.place} answers (version {version})")
    yield from _memory(_info(memory))


def _memory(memory: Mapping[str, str]) -> Iterator[Finding]:
    most, used = _number(memory.get("maxmemory")), _number(memory.get("used_memory"))
    policy = memory.get("maxmemory_policy", "noeviction")
    if most and policy == "noeviction" and used > most * _NEARLY_FULL:
        what = f"Redis has used {used} of {most} bytes: requests are refused, and answers lost"
        yield Finding("fault", what, "Raise its maxmemory, or make room.")
    elif most and policy != "noeviction":
        what = f"Redis may throw away requests and answers when its memory is full ({policy})"
        yield Finding("note", what, "Set maxmemory-policy to noeviction.")
    else:
        yield Finding("fine", f"Redis uses {used // 1024} KiB" + (f" of {most // 1024}" if most else ""))


def _service(link: Link, deadline: float, address: Address) -> Iterator[Finding]:
    keys = Keys(address.service)
    there = present(link, address, deadline)
    if not there:
        yield Finding("fault", f"nobody serves {address.service}", "Start the server.")
    for server in there:
        yield Finding("fine", f"served by process {server.pid} on {server.host} ({server.server})")
    length, consumers, listener = link.exchange(
        deadline,
        command(b"XLEN", keys.requests),
        command(b"XINFO", b"CONSUMERS", keys.requests, GROUP),
        command(b"PUBSUB", b"NUMSUB", keys.notices),
    )
    if isinstance(length, Complaint):
        yield Finding("fault", f"{keys.requests.decode()} is no stream: {length}", "Remove that key.")
        return
    if there and not replies.listeners(listener):
        yield Finding(
            "note", f"nobody hears what is published on {address.service}", "It mends itself within a minute."
        )
    if length:
        yield Finding("note", f"{length} requests wait to be taken")
    yield from _servers(there, consumers)


def _servers(there: list[Presence], consumers: object) -> Iterator[Finding]:
    alive = {server.server: server for server in there}
    for consumer in consumers if isinstance(consumers, list) else ():
        if not isinstance(consumer, dict) or not consumer.get(b"pending"):
            continue
        name, pending = consumer[b"name"].decode(errors="replace"), consumer[b"pending"]
        if name not in alive:
            yield Finding("note", f"a server that has died owes {pending} answers", "Its callers are told.")


def _info(reply: object) -> Mapping[str, str]:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else ""
    return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
