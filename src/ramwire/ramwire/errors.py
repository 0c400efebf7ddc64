"""What can go wrong on a wire, the same for every wire.

::

    WireError
    ├── Timeout         no answer in time; `.may_have_run` and `.nobody` say what is known
    ├── ServerGone      the server had taken the request and died before it answered
    ├── ReplyLost       the server lives, but its answer cannot reach the caller
    ├── RemoteError     the verb raised; `.kind` and `.text` carry the exception
    ├── BadMessage      a line, a name or a reply that breaks the format, at whichever end
    └── Refused         this end will not: unsafe folder, second server, unknown scheme, closed client
        └── NoSpace     the drive has no room (bytes or inodes) for the request

All are picklable, and their text is a sentence that says what is wrong and, where one knows, what to do.
"""

from __future__ import annotations


class WireError(Exception):
    """The base of everything ramwire raises on purpose."""


class Timeout(WireError):
    """No answer within the time given.

    `may_have_run` is False where the request was withdrawn before any server took it, so that it never runs.
    `nobody` is True where, in all that time, no server of ours was seen.
    """

    def __init__(self, text: str, may_have_run: bool = True, nobody: bool = False) -> None:
        super().__init__(text)
        self.may_have_run = may_have_run
        self.nobody = nobody

    def __reduce__(self) -> tuple[type[Timeout], tuple[str, bool, bool]]:
        return Timeout, (str(self), self.may_have_run, self.nobody)


class ServerGone(WireError):
    """The server took the request and died before the answer. The verb may have run, or half of it."""


class ReplyLost(WireError):
    """The server took the request, but its answer cannot be delivered. The verb has probably run."""


class RemoteError(WireError):
    """The verb raised. `text` is the exception's own text, `kind` its class name ("" when not known)."""

    def __init__(self, text: str, kind: str = "") -> None:
        super().__init__(f"{kind}: {text}" if kind else text)
        self.text = text
        self.kind = kind

    def __reduce__(self) -> tuple[type[RemoteError], tuple[str, str]]:
        return RemoteError, (self.text, self.kind)


class BadMessage(WireError):
    """Something that breaks the format: it was not sent, or it was received and not believed."""


class Refused(WireError):
    """This end will not do it, and says why."""


class NoSpace(Refused):
    """The drive is full: no bytes or no inodes left for the request, which was not sent."""
