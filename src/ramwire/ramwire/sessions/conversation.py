"""One client's conversation with the server, as the server leads it."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from ramwire import pickles
from ramwire.contract import Answer, as_future
from ramwire.errors import BadMessage
from ramwire.line import HELLO
from ramwire.remote import error_text
from ramwire.sessions import contract
from ramwire.sessions.contract import Gone, ServerSession

if TYPE_CHECKING:
    from concurrent.futures import Future

_SHORT_BYTES = 4096
"""A record that a client who reads has always room for: to send it waits for nobody."""


class Conversation:
    """`run` is the session's thread; an answer that comes later is sent from whichever thread brings it."""

    def __init__(self, session: ServerSession, answer: Answer) -> None:
        self._session = session
        self._answer = answer
        self._sending = threading.Lock()
        self._over = False
        self._pending: Future[Any] | None = None
        self._answered = threading.Event()
        self._answered.set()

    def run(self) -> None:
        """Answer requests until the client leaves, or until `interrupt`. Raises `BadMessage` for what is
        none.
        """
        session = self._session
        try:
            while True:
                request = session.receive()
                if not self._answered.is_set():
                    self._answered.wait()  # ours ask one thing at a time, but others may not
                if session.claim() and not self._over:
                    self._serve(request)
        except Gone:
            pass

    def interrupt(self) -> None:
        """Run nothing more, and let the client see that this end is gone. From any thread."""
        self._over = True
        self._session.interrupt()
        self._answered.set()

    def close(self) -> None:
        """After `run`: what the client still waits for is cancelled, because it waits no more."""
        self._over = True
        self._session.interrupt()  # so that whoever is sending gives up
        with self._sending:
            self._session.close()
        pending = self._pending
        if pending is not None:
            pending.cancel()

    def forget(self) -> None:
        """In a forked child: close the descriptors alone."""
        self._session.forget()

    def _serve(self, request: bytes) -> None:
        kind, line = request[:1], request[1:]
        if kind == contract.CALL:
            self._serve_call(line)
        elif kind == contract.NOTE:
            self._send(contract.TAKEN)
            if line != HELLO:
                with suppress(BaseException):  # what a note's verb raises is nobody's
                    self._answer(line)
            self._send(contract.RETURNED)
        else:
            raise BadMessage(f"a request of kind {kind!r}")

    def _serve_call(self, line: bytes) -> None:
        if line == HELLO:
            self._send(contract.TAKEN)
            return
        try:
            value = self._answer(line)
        except BaseException as error:  # noqa: BLE001 - the caller is told, whatever it was
            self._send(contract.ERROR + error_text(error))
            return
        later = as_future(value)
        if later is None:
            self._send(_record(value))
        else:
            self._pending = later
            self._answered.clear()
            self._send(contract.LATER)
            later.add_done_callback(self._resolved)

    def _resolved(self, future: Future[Any]) -> None:
        self._pending = None
        if self._over:
            return
        try:
            record = _record(future.result())
        except BaseException as error:  # noqa: BLE001 - as above
            record = contract.ERROR + error_text(error)
        if len(record) <= _SHORT_BYTES:
            self._send_late(record)
        else:
            # Who resolves a verb's future has other things to do than to wait for a client that is stopped.
            send = partial(self._send_late, record)
            try:
                threading.Thread(target=send, name="ramwire-answer", daemon=True).start()
            except RuntimeError:  # no thread is left
                send()

    def _send_late(self, record: bytes) -> None:
        with suppress(Gone):
            self._send(record)
        self._answered.set()

    def _send(self, record: bytes) -> None:
        with self._sending:
            if self._over:
                raise Gone
            self._session.send(record)


def _record(value: object) -> bytes:
    try:
        data = contract.VALUE + pickles.dumps(value)
    except BadMessage as error:
        return contract.ERROR + error_text(error)
    if len(data) <= contract.MAX_REPLY_BYTES:
        return data
    what = f"the answer has {len(data)} bytes; {contract.MAX_REPLY_BYTES} are the most"
    return contract.ERROR + error_text(BadMessage(what))
