"""Requests that were taken: each is run by a thread of its caller's, and its answer goes to the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from ramwire.contract import Answer, as_future
from ramwire.errors import BadMessage
from ramwire.jsonfile import document, records
from ramwire.jsonfile.document import Answered, Entry
from ramwire.jsonfile.guest import Guest
from ramwire.ramdrive.callers import Callers

if TYPE_CHECKING:
    from concurrent.futures import Future


class Job:
    """One request under way. `guest` is None for a client that is not ours."""

    def __init__(self, uuid: str, entry: Entry, guest: Guest | None) -> None:
        self.uuid = uuid
        self.guest = guest
        self.is_note = guest is not None and entry.is_note
        self._fields = {name: value for name, value in entry.fields.items() if name != "taken"}

    def line(self) -> bytes:
        return self.entry().line()

    def entry(self) -> Entry:
        """The entry as it was before it was taken."""
        return Entry(dict(self._fields))

    def ring(self, kind: bytes) -> None:
        if self.guest is not None:
            self.guest.ring(kind, self.uuid)

    @property
    def is_wanted(self) -> bool:
        """Whether our client still waits for it. One that is not ours we cannot ask."""
        return self.guest is not None and not self.guest.is_gone


class Work:
    """`finished` gets each job with its answer, in whatever thread; a note ends without."""

    def __init__(self, answer: Answer, finished: Callable[[Job, Answered], None]) -> None:
        self._answer = answer
        self._finished = finished
        self._callers = Callers()
        self.running: dict[str, Job] = {}
        """By UUID, until the answer is in the file."""

    def start(self, job: Job) -> None:
        self.running[job.uuid] = job
        try:
            self._callers.put(job.guest.seat if job.guest else None, partial(self._run, job))
        except RuntimeError as error:  # no thread is left
            self._finish(job, document.failure(error))

    def stop(self) -> None:
        """Whatever ends from now on is nobody's."""
        self._finished = _forget

    def _run(self, job: Job) -> None:
        try:
            value = self._answer(job.line())
        except BaseException as error:  # noqa: BLE001 - the caller is told, whatever it was
            self._finish(job, document.failure(error))
            return
        later = as_future(value)
        if later is None or job.is_note:
            self._finish(job, _result(value) if later is None else document.result(None))
            return
        if job.guest is not None:
            job.guest.pending = later
            job.ring(records.DEFERRED)
            if job.guest.is_gone:
                later.cancel()
        later.add_done_callback(partial(self._resolved, job))

    def _resolved(self, job: Job, future: Future[Any]) -> None:
        if job.guest is not None:
            job.guest.pending = None
        try:
            value = future.result()
        except BaseException as error:  # noqa: BLE001 - as above
            self._finish(job, document.failure(error))
        else:
            self._finish(job, _result(value))

    def _finish(self, job: Job, answered: Answered) -> None:
        if job.is_note:
            self.running.pop(job.uuid, None)
            job.ring(records.RETURNED)
        else:
            self._finished(job, answered)


def _result(value: object) -> Answered:
    try:
        return document.result(value)
    except BadMessage as error:
        return document.failure(error)


def _forget(job: Job, answered: Answered) -> None:
    del job, answered
