"""The client's end of a connection, for servers of ours and for others."""

from __future__ import annotations

from ramwire.connection import literal
from ramwire.connection.stream import Stream
from ramwire.errors import RemoteError
from ramwire.line import HELLO
from ramwire.sessions import contract
from ramwire.sessions.contract import ClientSession


class StreamSession(ClientSession):
    """Records in frames. A request that was sent whole cannot be withdrawn; nobody can run a part of one."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._sent = False

    def is_fresh(self) -> bool:
        return self._stream.is_alive()

    def send(self, request: bytes, deadline: float) -> None:
        self._sent = False
        self._stream.send(request, deadline)
        self._sent = True

    def receive(self, deadline: float) -> bytes:
        return self._stream.receive(contract.MAX_REPLY_BYTES, deadline)

    def withdraw(self) -> bool:
        return not self._sent

    def interrupt(self) -> None:
        self._stream.interrupt()

    def close(self) -> None:
        self._stream.close()

    def forget(self) -> None:
        self._stream.forget()


class LiteralSession(StreamSession):
    """With a server that receives the list `[verb, argument, …]` and sends the value.

    It says neither that it has taken a request nor that the answer comes later. The handshake with it is that
    of the connection alone.
    """

    def __init__(self, stream: Stream) -> None:
        super().__init__(stream)
        self._takes: list[bytes] = []
        self._is_note = False

    def send(self, request: bytes, deadline: float) -> None:
        self._sent = False
        kind, line = request[:1], request[1:]
        if line == HELLO:
            self._takes = [contract.TAKEN, contract.RETURNED]
            return
        super().send(literal.request_list(line), deadline)
        self._takes = [contract.TAKEN] if kind == contract.NOTE else []
        self._is_note = kind == contract.NOTE

    def receive(self, deadline: float) -> bytes:
        if self._takes:
            return self._takes.pop(0)
        data = super().receive(deadline)
        if self._is_note:
            return contract.RETURNED
        try:
            literal.value(data)
        except RemoteError as error:
            return contract.ERROR + f"{error.kind}: {error.text}".encode(errors="replace")
        return contract.VALUE + data
