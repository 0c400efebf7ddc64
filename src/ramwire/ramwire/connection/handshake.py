"""The handshake of `multiprocessing.connection`: each end shows that it has the key, without saying it.

Whoever listens is the first to challenge: `#CHALLENGE#` and a message. The answer is `{digest}` and the HMAC
of that message; `#WELCOME#` or `#FAILURE#` follows, and the same the other way round. Python before 3.12
sends 20 bytes without a `{digest}`, and answers anything with the bare HMAC-MD5 of it. Both kinds are
understood here.

Ours put a mark into the message that they send, which others take for part of the random bytes: so each end
knows, once the handshake is over, whether the other is ours.
"""

from __future__ import annotations

import hmac
import os

from ramwire.connection.stream import Stream
from ramwire.errors import BadMessage, Refused

_CHALLENGE = b"#CHALLENGE#"
_WELCOME = b"#WELCOME#"
_FAILURE = b"#FAILURE#"
_REFUSED = b"#REFUSED#"

_DIGESTS = (b"md5", b"sha256", b"sha384", b"sha3_256", b"sha3_384")
_LEGACY_BYTES = (16, 20)
_MOST_BYTES = 256

_MARK = b"{sha256}ramwire-1:"
_CALLERS_MARK = _MARK + b"connects:"
"""Nobody who connects answers this: else a server without the key would have one session of a client prove
it to another.
"""

_RANDOM_BYTES = 32


class WrongKey(Refused):
    """The other end has another key, or none."""


def as_listener(stream: Stream, key: bytes, deadline: float) -> bool:
    """Whether the other end is ours. Raises `WrongKey`, `BadMessage`, and what a stream raises."""
    _challenge(stream, key, _MARK, deadline)
    return _respond(stream, key, _challenged(stream, deadline), deadline)


def as_caller(stream: Stream, key: bytes, deadline: float) -> bool:
    """As `as_listener`, for the end that has connected. Raises `Refused` too, where the server takes
    no more.
    """
    message = _challenged(stream, deadline)
    if message.startswith(_CALLERS_MARK):
        raise BadMessage("it has not the key, but sends on what a client has asked it")
    ours = _respond(stream, key, message, deadline)
    _challenge(stream, key, _CALLERS_MARK, deadline)
    return ours


def refuse(stream: Stream, why: str) -> None:
    """Tell a caller of ours, in place of a challenge, that it is not served."""
    stream.send(_REFUSED + why.encode()[: _MOST_BYTES - len(_REFUSED)], 0.0)


def _challenge(stream: Stream, key: bytes, mark: bytes, deadline: float) -> None:
    message = mark + os.urandom(_RANDOM_BYTES)
    stream.send(_CHALLENGE + message, deadline)
    if not proves(key, message, stream.receive(_MOST_BYTES, deadline)):
        stream.send(_FAILURE, deadline)
        raise WrongKey("the other end has not this key")
    stream.send(_WELCOME, deadline)


def _challenged(stream: Stream, deadline: float) -> bytes:
    """The message that the other end wants an answer to."""
    challenge = stream.receive(_MOST_BYTES, deadline)
    if challenge.startswith(_REFUSED):
        raise Refused(challenge[len(_REFUSED) :].decode(errors="replace"))
    if not challenge.startswith(_CHALLENGE):
        raise BadMessage(f"the handshake begins with {challenge[:20]!r}, which is no challenge")
    return challenge[len(_CHALLENGE) :]


def _respond(stream: Stream, key: bytes, message: bytes, deadline: float) -> bool:
    stream.send(proof(key, message), deadline)
    if stream.receive(_MOST_BYTES, deadline) != _WELCOME:
        raise WrongKey("the other end does not take this key")
    return message.startswith(_MARK)


def proof(key: bytes, message: bytes) -> bytes:
    """What answers a challenge. Raises `BadMessage` for one that no Python sends."""
    if len(message) in _LEGACY_BYTES:
        return hmac.new(key, message, "md5").digest()
    digest = _digest(message)
    return b"{%s}%s" % (digest, hmac.new(key, message, digest.decode()).digest())


def proves(key: bytes, message: bytes, answer: bytes) -> bool:
    """Whether an answer to our challenge can only come from who has the key."""
    if len(answer) in _LEGACY_BYTES:
        return hmac.compare_digest(hmac.new(key, message, "md5").digest(), answer)
    try:
        digest = _digest(answer)
    except BadMessage:
        return False
    expected = hmac.new(key, message, digest.decode()).digest()
    return hmac.compare_digest(expected, answer[len(digest) + 2 :])


def _digest(message: bytes) -> bytes:
    name, brace, _ = message[1:].partition(b"}")
    if message[:1] != b"{" or not brace or name not in _DIGESTS:
        raise BadMessage(f"the handshake names no digest that is known: {message[:20]!r}")
    return name
