"""The client's end of every wire that is made of sessions: a pool of them, one for each request under way."""

from __future__ import annotations

import os
import threading
import time
import weakref
from typing import Callable

from ramwire import pickles
from ramwire.contract import ClientWire, Moment
from ramwire.errors import BadMessage, Refused, ServerGone, Timeout, WireError
from ramwire.line import HELLO
from ramwire.remote import read_error
from ramwire.sessions import contract
from ramwire.sessions.contract import ClientSession, Closed, Connector, Expired, Gone
from ramwire.url import Url

_MOST_IDLE = 32
"""Sessions kept for reuse: each is a thread at the server."""

_FIRST_PAUSE_S = 0.001
_LAST_PAUSE_S = 0.25
"""Between two tries of a request at servers that let one in and then end the session."""


def _nothing() -> None:
    pass


class SessionClient(ClientWire):
    """See `ramwire.contract.ClientWire`; to be subclassed with the wire's own connector."""

    def __init__(self, url: Url, connector: Connector) -> None:
        super().__init__(url)
        self._connector = connector
        self._reset()
        _clients.add(self)

    def _reset(self) -> None:
        self._lock = threading.RLock()  # a signal's handler may call `close` in the midst of it
        self._idle: list[ClientSession] = []
        self._sessions: set[ClientSession] = set()
        self._closed = threading.Event()
        # At the interpreter's exit too, so that a program that never closes leaves nothing behind.
        self._at_exit = weakref.finalize(self, _close_all, self._sessions, self._connector, os.getpid())

    def call(self, line: bytes, deadline: float, deferred: Moment = _nothing) -> object:
        record = self._exchange(contract.CALL + line, deadline, self._hear_answer, deferred)
        kind = record[:1]
        if kind == contract.VALUE:
            return pickles.loads(record, 1)
        if kind == contract.ERROR:
            raise read_error(record[1:])
        raise BadMessage(f"the server answered a call with a record of kind {kind!r}")

    def notify(self, line: bytes, deadline: float, taken: Moment = _nothing) -> None:
        self._exchange(contract.NOTE + line, deadline, self._hear_note, taken)

    def ping(self, deadline: float) -> None:
        record = self._exchange(contract.CALL + HELLO, deadline, self._hear_answer, _nothing)
        if record != contract.TAKEN:
            raise BadMessage(f"the server answered the handshake with a record of kind {record[:1]!r}")

    @staticmethod
    def _hear_answer(session: ClientSession, deadline: float, deferred: Moment) -> bytes:
        record = session.receive(deadline)
        if record == contract.LATER:
            deferred()
            record = session.receive(deadline)
        return record

    @staticmethod
    def _hear_note(session: ClientSession, deadline: float, taken: Moment) -> bytes:
        if session.receive(deadline) != contract.TAKEN:
            raise BadMessage("the server answered a note with something else than that it was taken")
        taken()
        return session.receive(float("inf"))

    def close(self) -> None:
        with self._lock:
            self._closed.set()
            self._connector.close()
            self._close_idle()
            for session in list(self._sessions):
                session.interrupt()

    def forget(self) -> None:
        """In a forked child: leave the parent's sessions to the parent."""
        self._at_exit.detach()
        for session in list(self._sessions):
            session.forget()
        self._connector.forget()
        self._reset()

    def _exchange(
        self,
        request: bytes,
        deadline: float,
        hear: Callable[[ClientSession, float, Moment], bytes],
        moment: Moment,
    ) -> bytes:
        pause_s = 0.0
        while True:
            session = self._session(deadline)
            try:
                session.send(request, deadline)
                record = hear(session, deadline, moment)
            except BaseException as error:
                withdrawn = session.withdraw()
                self._discard(session)
                if isinstance(error, Gone) and withdrawn and time.monotonic() < deadline:
                    self._closed.wait(min(pause_s, deadline - time.monotonic()))
                    pause_s = min(2 * pause_s + _FIRST_PAUSE_S, _LAST_PAUSE_S)
                    continue
                explained = self._explain(error, withdrawn)
                if explained is None:
                    raise
                raise explained from (error if isinstance(error, OSError) else None)
            self._put_back(session)
            return record

    def _explain(self, error: BaseException, withdrawn: bool) -> WireError | None:
        """What a user is told in place of what a transport has raised; None where that can stand."""
        if isinstance(error, Closed):
            return Refused("the client was closed during the call")
        if isinstance(error, Gone):
            return _server_left(withdrawn)
        if isinstance(error, Expired):
            return _no_answer(withdrawn)
        if isinstance(error, OSError):
            return Refused(f"{self.url.text}: the system does not let it: {error}")
        return None

    def _session(self, deadline: float) -> ClientSession:
        while True:
            try:
                session = self._idle.pop()
            except IndexError:
                return self._new_session(deadline)
            if session.is_fresh():
                return session
            self._discard(session)

    def _new_session(self, deadline: float) -> ClientSession:
        if self._closed.is_set():
            raise self._was_closed()
        try:
            session = self._connector.connect(deadline)
        except Expired as error:
            raise self._nobody_came(error.nobody) from None
        except Closed:
            raise self._was_closed() from None
        except OSError as error:
            raise Refused(f"{self.url.text}: the system does not let it: {error}") from error
        self._sessions.add(session)
        self._interrupt_if_closed(session)
        return session

    def _interrupt_if_closed(self, session: ClientSession) -> None:
        """`close`, in another thread, may not have seen this session."""
        if self._closed.is_set():
            session.interrupt()

    def _nobody_came(self, nobody: bool) -> Timeout:
        if nobody:
            return Timeout(f"{self.url.text}: no server came in time; it has not run", False, True)
        return Timeout(f"{self.url.text}: a server is there but does not let one in; it has not run", False)

    def _was_closed(self) -> Refused:
        return Refused(f"{self.url.text}: this client has been closed")

    def _put_back(self, session: ClientSession) -> None:
        if len(self._idle) >= _MOST_IDLE:
            self._discard(session)
            return
        self._idle.append(session)
        if self._closed.is_set():  # in another thread, which may not have seen this session
            self._close_idle()

    def _close_idle(self) -> None:
        try:
            while True:
                self._discard(self._idle.pop())
        except IndexError:
            pass

    def _discard(self, session: ClientSession) -> None:
        self._sessions.discard(session)
        session.close()


def _server_left(withdrawn: bool) -> WireError:
    if withdrawn:
        return Timeout("the server left, and no other came in time; it has not run", False, True)
    return ServerGone("the server had taken the request and died before it answered; the verb may have run")


def _no_answer(withdrawn: bool) -> Timeout:
    if withdrawn:
        return Timeout("a server is there, but has not taken the request in time; it has not run", False)
    return Timeout("the server has not answered in time; the verb may have run")


def _close_all(sessions: set[ClientSession], connector: Connector, pid: int) -> None:
    if pid == os.getpid():
        connector.close()
        for session in list(sessions):
            session.interrupt()
            session.close()


_clients: weakref.WeakSet[SessionClient] = weakref.WeakSet()


def _forget_parents() -> None:
    for client in list(_clients):
        client.forget()


os.register_at_fork(after_in_child=_forget_parents)
