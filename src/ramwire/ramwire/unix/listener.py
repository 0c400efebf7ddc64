"""The server's end of the `unix:` wire: a post at the socket's place, and a new one when that is lost."""

from __future__ import annotations

import errno
from contextlib import suppress

from ramwire.connection import handshake, key
from ramwire.connection.admission import Admission
from ramwire.connection.gate import Gate
from ramwire.connection.stream import Stream
from ramwire.errors import NoSpace, Refused
from ramwire.journal import Journal
from ramwire.sessions.contract import Closed, Expired, Gone, Listener, ServerSession
from ramwire.unix.place import Place
from ramwire.unix.post import Held, Post
from ramwire.unix.session import UnixServerSession
from ramwire.url import Url

log = Journal(__name__)

_TRY_AGAIN_S = 1.0


class UnixListener(Listener):
    """See `ramwire.sessions.contract.Listener`."""

    def __init__(self, url: Url) -> None:
        self._url = url
        self._place = Place(url)
        self._gate = Gate(url.text)
        self._admission: Admission | None = None
        self._post: Post | None = None
        self._key = b""

    def open(self) -> None:
        try:
            self._admission = Admission()
            self._post = Post(self._place)
            self._listen(self._post)
        except OSError as error:
            self.close()
            kind = NoSpace if error.errno in (errno.ENOSPC, errno.EDQUOT) else Refused
            raise kind(f"{self._place.path} cannot be served: {error}") from error
        except BaseException:
            self.close()
            raise

    def _listen(self, post: Post) -> None:
        given = key.given(self._url)
        self._key = given or key.make(self._place.key)
        post.listen(None if given else self._place.key)
        self._wait_for(post)

    def _wait_for(self, post: Post) -> None:
        assert self._admission is not None  # noqa: S101 - made by `open`
        self._admission.wait_for(post.inotify.fd)
        if post.socket is not None:
            self._admission.wait_for(post.socket.fileno())

    def accept(self) -> ServerSession:
        assert self._admission is not None  # noqa: S101 - made by `open`
        while True:
            ready = self._admission.wait(None if self._post else _TRY_AGAIN_S)
            post = self._post
            if post is None or (post.inotify.fd in ready and not post.is_current()):
                self._move()
            elif post.socket is not None and post.socket.fileno() in ready:
                connected = self._admission.accept(post.socket)
                if connected is not None:
                    session = UnixServerSession(Stream(connected), self._key, self._gate.met)
                    self._gate.let_in(session)
                    return session

    def _move(self) -> None:
        """Serve in what is there now. Raises `Held` where another server was quicker."""
        if self._post is not None and self._post.socket is not None:
            log.warning("%s was deleted or replaced: serving at its name anew", self._place.path)
        self._leave()
        try:
            self._post = Post(self._place)
            if not self._listens(self._post):
                self._post.watch_for_room()
                if not self._listens(self._post):  # what was in the way may have gone just before
                    self._wait_for(self._post)
        except Held:
            self._leave()
            raise
        except (Refused, OSError) as error:
            log.info("%s cannot be served yet: %s", self._place.path, error)
            self._leave()

    def _listens(self, post: Post) -> bool:
        """False where something is in the way that is not ours to remove."""
        try:
            self._listen(post)
        except Held:
            raise
        except Refused as error:
            log.warning("%s cannot be served until there is room: %s", self._place.path, error)
            return False
        return True

    def _leave(self) -> None:
        post, self._post = self._post, None
        if post is not None:
            if self._admission is not None:
                self._admission.wait_no_more_for(post.inotify.fd)
                if post.socket is not None:
                    self._admission.wait_no_more_for(post.socket.fileno())
            post.close()

    def refuse(self, session: ServerSession, why: str) -> None:
        assert isinstance(session, UnixServerSession)  # noqa: S101 - `accept` made it
        with suppress(Gone, Closed, Expired):
            handshake.refuse(session.stream, why)
        self._gate.met(session, "")
        session.close()

    def interrupt(self) -> None:
        admission = self._admission
        if admission is not None:
            admission.interrupt()

    def close(self) -> None:
        self._leave()
        admission, self._admission = self._admission, None
        if admission is not None:
            admission.close()

    def forget(self) -> None:
        post, self._post = self._post, None
        if post is not None:
            post.forget()
        admission, self._admission = self._admission, None
        if admission is not None:
            admission.forget()
