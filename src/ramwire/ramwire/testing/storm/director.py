"""Raises a storm: starts both ends, kills them by luck, and asks the survivors to stop."""

from __future__ import annotations

import os
import random
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from ramwire.testing.process import until
from ramwire.testing.storm import journal, verdict
from ramwire.testing.storm.nursery import Nursery, Victim

CLIENTS = 3
LONGEST_CALM_S = 0.08
"""Between two kills: long enough for a server to come up and answer, or to be hit in the middle of that."""

SETTLE_S = 0.2

MOST_SAID = 4000
"""Characters of what an end that failed has said."""

ANY = 1_000_000
"""Descriptors: more than any process has."""

FROZEN = 0.15
"""How often a server is stopped for a while (SIGSTOP, SIGCONT) before the next kill."""

Aim = Literal["servers", "clients", "either"]


@dataclass(frozen=True)
class Plan:
    """`folder` holds all that the wire makes, and nothing else."""

    url: str
    folder: str
    kills: int
    aim: Aim = "either"
    seed: int = 1


@dataclass(frozen=True)
class Rest:
    """What there is when nobody talks: the folder's files, and the descriptors of a server."""

    files: frozenset[str]
    descriptors: Sequence[str]
    """What each of them names."""


def storm(plan: Plan) -> verdict.Verdict:
    """Raise it, and judge. Raises `RuntimeError` where an end does not start, or does not stop."""
    journals = tempfile.mkdtemp(prefix="ramwire-storm-")
    stderr = os.path.join(journals, "stderr")
    try:
        with Nursery(plan.url, journals) as nursery:
            fresh = _calm(plan, nursery)
            raised = _Storm(plan, nursery)
            raised.rage()
            after = raised.subside(fresh)
        return verdict.judge(
            calls=list(journal.read(os.path.join(journals, "calls"))),
            runs=list(journal.read(os.path.join(journals, "runs"))),
            kills=raised.kills,
            left_behind=_left_behind(fresh, after),
            said=_read(stderr),
        )
    except RuntimeError as error:
        raise RuntimeError(f"{error}; {_read(stderr)[-MOST_SAID:]}") from error
    finally:
        shutil.rmtree(journals)


class _Storm:
    def __init__(self, plan: Plan, nursery: Nursery) -> None:
        self.kills: list[verdict.Kill] = []
        self._plan = plan
        self._nursery = nursery
        self._luck = random.Random(plan.seed)  # noqa: S311 - luck, not a secret
        self._server = nursery.spawn("server")
        self._clients = [nursery.spawn("client") for _ in range(CLIENTS)]
        for victim in (self._server, *self._clients):
            nursery.until_ready(victim)

    def rage(self) -> None:
        while len(self.kills) < self._plan.kills:
            # Not waiting for anything: the moment of a kill is what luck decides.
            time.sleep(self._luck.uniform(0, LONGEST_CALM_S))
            if self._luck.random() < FROZEN:
                # A stopped server is not a dead one: what is withdrawn meanwhile may not run afterwards. A
                # client is not stopped: it could not keep its own timeouts.
                with self._server.frozen():
                    time.sleep(self._luck.uniform(0, LONGEST_CALM_S))
            if self._plan.aim == "servers" or (self._plan.aim == "either" and self._luck.random() < 0.5):
                self._kill_server()
            else:
                self._kill_client()

    def subside(self, fresh: Rest) -> Rest:
        """Stop both ends; what is left."""
        self._nursery.until_ready(self._server)
        for client in self._clients:
            self._nursery.until_ready(client)
            client.stop()
        return _rest(self._plan, self._server, len(fresh.descriptors))

    def _kill_server(self) -> None:
        self._kill(self._server)
        self._server = self._nursery.spawn("server")
        if self._luck.random() < 0.8:  # else the next kill may come in the middle of its start
            self._nursery.until_ready(self._server)

    def _kill_client(self) -> None:
        unlucky = self._luck.randrange(CLIENTS)
        self._kill(self._clients[unlucky])
        self._clients[unlucky] = self._nursery.spawn("client")

    def _kill(self, victim: Victim) -> None:
        self.kills.append(verdict.Kill(victim.role, victim.number, victim.pid, *victim.kill()))


def _calm(plan: Plan, nursery: Nursery) -> Rest:
    """What a server and a client leave that were never killed."""
    server = nursery.spawn("server")
    nursery.until_ready(server)
    client = nursery.spawn("client")
    nursery.until_ready(client)
    client.stop()
    return _rest(plan, server, ANY)


def _rest(plan: Plan, server: Victim, most_descriptors: int) -> Rest:
    """Stop a server that has no clients any more; it may take a moment to let go of the last."""
    with suppress(AssertionError):  # the verdict tells
        until(lambda: len(_descriptors(server)) <= most_descriptors)
    descriptors: Sequence[str] = ()
    while descriptors != (now := _descriptors(server)):  # it may still be opening what it needs
        descriptors = now
        time.sleep(SETTLE_S)
    server.stop()
    return Rest(frozenset(_files(plan.folder)), descriptors)


def _descriptors(victim: Victim) -> Sequence[str]:
    folder, named = f"/proc/{victim.pid}/fd", []
    for descriptor in sorted(os.listdir(folder), key=int):
        with suppress(FileNotFoundError):  # closed just now
            named.append(os.readlink(f"{folder}/{descriptor}"))
    return named


def _files(folder: str) -> Sequence[str]:
    found = []
    for path, folders, files in os.walk(folder):
        found += [os.path.relpath(os.path.join(path, name), folder) for name in (*folders, *files)]
    return found


def _kind(named: str) -> str:
    return re.sub("[0-9]+", "N", named)  # as in pipe:[1234] and /proc/1234/mountinfo


def _left_behind(fresh: Rest, after: Rest) -> Sequence[str]:
    left = [f"the file {name}" for name in sorted(after.files - fresh.files)]
    more = Counter(map(_kind, after.descriptors)) - Counter(map(_kind, fresh.descriptors))
    left += [f"{count} descriptors of {kind} in the server" for kind, count in more.items()]
    return left


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
