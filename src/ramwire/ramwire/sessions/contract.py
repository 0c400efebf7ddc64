"""What a wire made of sessions must bring: how a session begins, and how records travel in it.

A session is the conversation of one client with one server, one request at a time. A client opens as many as
it has requests under way and keeps them for reuse; the server gives each a thread, which runs the verb
itself.

A request is a `CALL` or a `NOTE`: that byte, then the line (`ramwire.line`). The server answers

* a call: `VALUE` and a pickle (`ramwire.pickles`), or `ERROR` and `KIND: text` (`ramwire.remote`). `LATER`
  may stand before it: the verb has returned, and the answer follows when there is one. A call of `Hello` is
  answered `TAKEN`;
* a note: `TAKEN` before the verb runs, and `RETURNED` when it has returned.

All deadlines are moments of `time.monotonic()`. What nobody else can see of a session (its threads) is here
the business of `client` and `server`: a transport's method is called by one thread at a time, but for those
which say that any thread may call them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from ramwire.line import MAX_LINE_BYTES

CALL = b"c"
NOTE = b"n"

VALUE = b"."
ERROR = b"!"
LATER = b"~"
TAKEN = b"t"
RETURNED = b"d"

MAX_REQUEST_BYTES = 1 + MAX_LINE_BYTES
MAX_REPLY_BYTES = 64 << 20
"""Of a record; a longer one breaks the format."""


class Gone(Exception):
    """The other end has died or has closed the session. Never seen by users."""


class Closed(Exception):
    """This end was interrupted by another thread. Never seen by users."""


class Expired(TimeoutError):
    """The deadline has passed. `nobody` is True where, in all that time, no server was seen."""

    def __init__(self, nobody: bool = False) -> None:
        super().__init__("the deadline has passed")
        self.nobody = nobody


class ClientSession(ABC):
    """The client's end of a session. After any exception it is withdrawn or closed, and not used again."""

    def is_fresh(self) -> bool:
        """Whether, after lying idle, it may be used again. To be overridden where a request could otherwise
        be sent to a dead server, and could not be withdrawn from it.
        """
        return True

    @abstractmethod
    def send(self, request: bytes, deadline: float) -> None:
        """Send one record. Raises `Gone`, `Expired` where not all of it could be sent by then, `Closed`."""

    @abstractmethod
    def receive(self, deadline: float) -> bytes:
        """The next record of the server. Raises `Gone` as soon as it dies, `Expired`, `Closed`, and
        `BadMessage` for what is no record.
        """

    @abstractmethod
    def withdraw(self) -> bool:
        """Take the request back, after whatever `send` or `receive` raised. True: no server can ever run it.
        False: it was taken, or nobody can know.
        """

    @abstractmethod
    def interrupt(self) -> None:
        """Make `send` and `receive`, now and later, raise `Closed`. From any thread, also after `close`."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything, and remove what this end has made. Twice is fine."""

    @abstractmethod
    def forget(self) -> None:
        """In a forked child: close the descriptors alone; nothing that the parent's session needs is
        touched.
        """


class Connector(ABC):
    """Makes a client's sessions."""

    @abstractmethod
    def connect(self, deadline: float) -> ClientSession:
        """A new session; any number of threads may ask at once. Where no server is, wait for one, without
        polling where the wire can.

        Raises `Expired`, `Closed`, and `Refused` for what does not get better by waiting (a wrong key, say).
        """

    @abstractmethod
    def close(self) -> None:
        """Make `connect`, now and later, raise `Closed`, and remove what this end has made. From any thread;
        twice is fine.
        """

    @abstractmethod
    def forget(self) -> None:
        """In a forked child: be as new, without touching what is the parent's."""


class ServerSession(ABC):
    """The server's end of a session."""

    @abstractmethod
    def receive(self) -> bytes:
        """The next request. Raises `Gone`, and `BadMessage` for what is no record: the session is closed
        then. A handshake, where there is one, is part of the first.
        """

    @abstractmethod
    def claim(self) -> bool:
        """Called once for each request, right before it is run. False: it was withdrawn, or its client is
        dead, and it must not run.
        """

    @abstractmethod
    def send(self, record: bytes) -> None:
        """Send one record. Any thread, also while another is in `receive`; never two at once. Raises `Gone`,
        also where the client has not read it after a time that is long, but not for ever.
        """

    @abstractmethod
    def interrupt(self) -> None:
        """Make `receive` and `send`, now and later, raise `Gone`; the client sees that this end is gone. From
        any thread, also after `close`.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of everything. Called once, when no other method is under way, nor will be (but
        `interrupt`).
        """

    @abstractmethod
    def forget(self) -> None:
        """In a forked child: close the descriptors alone."""


class Listener(ABC):
    """Waits for clients at a server's address."""

    @abstractmethod
    def open(self) -> None:
        """Take the address. Raises `Refused`, with the holder's pid where another serves there."""

    @abstractmethod
    def accept(self) -> ServerSession:
        """The next client's session, without waiting for anything that the client may fail to say. Raises
        `Closed` after `close`, and `Refused` where the address was lost for good.
        """

    @abstractmethod
    def refuse(self, session: ServerSession, why: str) -> None:
        """Tell a client that its session is not served, if that can be told without waiting, and close it."""

    @abstractmethod
    def interrupt(self) -> None:
        """Make `accept`, now and later, raise `Closed`. From any thread; twice is fine."""

    @abstractmethod
    def close(self) -> None:
        """Give the address up, and remove what this end has made. Twice is fine; no `accept` is under way."""

    @abstractmethod
    def forget(self) -> None:
        """In a forked child: close the descriptors alone."""
