"""What the printer's service answers when it does not do what it was asked.

    ServiceError
    ├── InvalidArguments    the arguments do not fit the verb
    ├── KeyNeeded           the verb needs an API key and none came with it
    ├── KeyRefused          the key is unknown, revoked, or its user is not active
    ├── NotPermitted        the key is good, its user may not do this
    ├── RequestUnknown      no key was asked for under this token, or it was fetched already
    ├── NotConnected        the printer is not connected
    ├── AlreadyConnected    the printer is connected
    ├── NotReady            connected, but busy with something that excludes this
    ├── Printing            a print is running and this would disturb it
    ├── NotPrinting         no print is running
    ├── NotPaused           the print is not paused
    ├── NothingSelected     no file is selected
    ├── NoPrompt            the printer asks nothing
    ├── FileMissing         there is no such file or folder
    ├── HeaterUnknown       the printer's profile has no such heater
    └── Failed              OctoPrint could not do it, for the reason in the text

The class's name travels on the wire as the error's kind; the text is one or more English sentences for a log.
The screen shows words of its own for each kind.
"""

from __future__ import annotations


class ServiceError(Exception):
    """Base of all: `text` says what is wrong and what to do."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class InvalidArguments(ServiceError):
    pass


class KeyNeeded(ServiceError):
    pass


class KeyRefused(ServiceError):
    pass


class NotPermitted(ServiceError):
    pass


class RequestUnknown(ServiceError):
    pass


class NotConnected(ServiceError):
    pass


class AlreadyConnected(ServiceError):
    pass


class NotReady(ServiceError):
    pass


class Printing(ServiceError):
    pass


class NotPrinting(ServiceError):
    pass


class NotPaused(ServiceError):
    pass


class NothingSelected(ServiceError):
    pass


class NoPrompt(ServiceError):
    pass


class FileMissing(ServiceError):
    pass


class HeaterUnknown(ServiceError):
    pass


class Failed(ServiceError):
    pass


_BY_KIND: dict[str, type[ServiceError]] = {
    kind.__name__: kind
    for kind in (
        InvalidArguments,
        KeyNeeded,
        KeyRefused,
        NotPermitted,
        RequestUnknown,
        NotConnected,
        AlreadyConnected,
        NotReady,
        Printing,
        NotPrinting,
        NotPaused,
        NothingSelected,
        NoPrompt,
        FileMissing,
        HeaterUnknown,
        Failed,
    )
}


def service_error(kind: str, text: str) -> ServiceError:
    """The error that a kind from the wire stands for; one of an unknown kind is `Failed`."""
    return _BY_KIND.get(kind, Failed)(text)
