"""How a client begins its sessions."""

from __future__ import annotations

from contextlib import closing, suppress

from ramwire.sessions.contract import ClientSession, Connector, Gone
from ramwire.shared_memory.client_session import MmapClientSession
from ramwire.shared_memory.finder import Finder, pauses_s


class MmapConnector(Connector):
    """A session is made when the server has said welcome."""

    def __init__(self, path: str) -> None:
        self._finder = Finder(path, "service")
        self._shy: set[MmapClientSession] = set()

    def connect(self, deadline: float) -> ClientSession:
        waits_s = pauses_s()
        while True:
            session = self._begin(deadline)
            if session is not None and self._is_welcome(session, deadline):
                return session
            self._finder.pause(next(waits_s), deadline)

    def _begin(self, deadline: float) -> MmapClientSession | None:
        with closing(self._finder.connect(deadline)) as connection, suppress(ConnectionError):
            return MmapClientSession(connection)
        return None

    def _is_welcome(self, session: MmapClientSession, deadline: float) -> bool:
        self._shy.add(session)
        try:
            self._finder.check(deadline, nobody=False)  # it may have been closed before it saw this session
            session.wait_for_welcome(deadline)
        except BaseException as error:
            session.close()
            if isinstance(error, Gone):
                return False
            raise
        finally:
            self._shy.discard(session)
        return True

    def close(self) -> None:
        self._finder.close()
        for session in list(self._shy):
            session.interrupt()

    def forget(self) -> None:
        for session in list(self._shy):
            session.forget()
        self._shy = set()
        self._finder.reset()
