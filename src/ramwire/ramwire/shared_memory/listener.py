"""Waits for the clients of a service."""

from __future__ import annotations

from ramwire.sessions.contract import Listener, ServerSession
from ramwire.shared_memory.doorkeeper import Doorkeeper
from ramwire.shared_memory.server_session import MmapServerSession


class MmapListener(Listener):
    """A session is a connection that has said nothing yet: what it has to say is heard in its own thread."""

    def __init__(self, path: str) -> None:
        self._keeper = Doorkeeper(path, "service")

    def open(self) -> None:
        self._keeper.open()

    def accept(self) -> ServerSession:
        return MmapServerSession(self._keeper.accept(), self._keeper.trouble)

    def refuse(self, session: ServerSession, why: str) -> None:
        if isinstance(session, MmapServerSession):
            session.refuse(why)

    def interrupt(self) -> None:
        self._keeper.interrupt()

    def close(self) -> None:
        self._keeper.close()

    def forget(self) -> None:
        self._keeper.forget()
