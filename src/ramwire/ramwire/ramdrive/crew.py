"""The threads that serve joined lanes: one waits on the bell and runs the verb itself; none hands over.

While its verb runs nobody waits on the bell. A client whose request lies there for a moment rings the second
bell, *help*: a helper wakes, and takes the place at the first. So a slow verb holds up no other client for
longer than that moment, and a quick one costs no second thread. (Two threads waiting on one bell would be
woken in turn, each on a CPU of its own: a third slower.)
"""

from __future__ import annotations

import itertools
import os
import select
import threading
import time
from contextlib import suppress
from typing import Callable

from ramwire.ramdrive.records import RECORD_BYTES, WAKE, record

_KEPT_HELPERS = 2
_MOST_THREADS = 256
_PARTING_S = 0.2


def _nothing(data: bytes) -> None:
    del data


class Crew:
    """`handle` gets each record that comes out of the bell; it must not raise."""

    def __init__(self, bell: int, help_bell: int, handle: Callable[[bytes], None]) -> None:
        self._bell = bell
        self._help_bell = help_bell
        self._handle = handle
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._threads: set[threading.Thread] = set()
        self._helpers = 0
        self._leader: threading.Thread | None = None
        self._leader_waits = False
        self._over = threading.Event()

    def start(self) -> None:
        with self._lock:
            self._add(self._lead_first)
            self._add(self._help)

    def end(self, ring: Callable[[], None]) -> None:
        """Let every thread go; `ring` puts a record into both bells. Verbs under way are not waited for."""
        self._over.set()
        me = threading.current_thread()
        for thread in list(self._threads):
            if thread is not me:
                ring()
        end = time.monotonic() + _PARTING_S
        for thread in list(self._threads):
            if thread is not me:
                thread.join(timeout=max(0.0, end - time.monotonic()))
        self._handle = _nothing  # it holds its owner, which is not to wait for a garbage collector

    def _add(self, work: Callable[[], None]) -> None:
        if len(self._threads) >= _MOST_THREADS:
            return
        if work == self._help:
            self._helpers += 1
        name = f"ramwire-server-{next(self._numbers)}"
        thread = threading.Thread(target=self._life, args=(work,), name=name, daemon=True)
        self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError:  # no thread is left
            self._threads.discard(thread)
            if work == self._help:
                self._helpers -= 1
            raise

    def _life(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _lead_first(self) -> None:
        self._leader = threading.current_thread()
        if self._lead(took_over=False):
            self._help()

    def _lead(self, took_over: bool) -> bool:
        """Serve until another has taken over; then whether this thread should go on as a helper."""
        bell, handle, read, me = self._bell, self._handle, os.read, threading.current_thread()
        while not self._over.is_set():
            self._leader_waits = True
            data = read(bell, RECORD_BYTES)
            self._leader_waits = False
            if self._over.is_set():
                break
            if took_over:
                took_over = False
                self._pass_on_the_call()
            handle(data)
            if self._leader is not me:
                with self._lock:
                    if self._helpers >= _KEPT_HELPERS:
                        return False
                    self._helpers += 1
                    return True
        return False

    def _pass_on_the_call(self) -> None:
        """One slow verb was in the way of several: the others need not find out one after the other."""
        more = select.poll()
        more.register(self._bell, select.POLLIN)
        if more.poll(0):
            os.write(self._help_bell, record(WAKE))

    def _help(self) -> None:
        while not self._over.is_set():
            os.read(self._help_bell, RECORD_BYTES)
            with self._lock:
                if self._over.is_set() or self._leader_waits:
                    continue  # whoever rang has been heard since
                self._leader = threading.current_thread()
                self._leader_waits = True
                self._helpers -= 1
                if not self._helpers:
                    with suppress(RuntimeError):  # whoever comes back from a verb helps then
                        self._add(self._help)
            if not self._lead(took_over=True):
                return
