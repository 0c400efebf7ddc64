"""What a client would meet at a connection: its key, and the handshake with whoever listens. Nothing is
asked.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

from ramwire.connection import handshake
from ramwire.connection.stream import Stream
from ramwire.diagnosis import Finding
from ramwire.errors import BadMessage, Refused
from ramwire.sessions.contract import Expired, Gone

PATIENCE_S = 2.0


def shake_hands(connected: socket.socket, key: bytes) -> Iterator[Finding]:
    """How the handshake ends; the connection is closed after it."""
    stream = Stream(connected, brisk=True)
    try:
        ours = handshake.as_caller(stream, key, time.monotonic() + PATIENCE_S)
    except handshake.WrongKey:
        yield Finding("fault", "the server has another key", "Give both ends the same key.")
    except Refused as error:
        yield Finding("fault", f"the server lets nobody in: {error}", "Close clients that are not needed.")
    except Expired:
        what = f"who listens there has not answered the handshake in {PATIENCE_S:g} s"
        yield Finding("fault", what, "Is the server stopped, or is it none of this wire?")
    except (BadMessage, Gone) as error:
        what = f"who listens there does not know the handshake: {str(error) or 'it hung up'}"
        yield Finding("fault", what, "Is it a server of this wire?")
    else:
        kind = "a server of ramwire's" if ours else "another program's server, of the same format"
        yield Finding("fine", f"{kind} takes the key")
    finally:
        stream.close()
