"""What a framing brings: an encoder, and decoders that find their way again after whatever comes.

A FIFO keeps no message apart from the next, and a writer may die in the midst of one. A decoder therefore is
told more than bytes: that the FIFO is empty for now, and that whoever wrote has gone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Callable, ClassVar

from ramwire.errors import BadMessage

MOST_BYTES = 256 << 20
"""The largest message. Text that lies where a `u32le` length belongs reads as a larger one, and so is known
for what it is."""

Complain = Callable[[str], None]
"""Told, once for each bout of it, what is thrown away and why."""


class Decoder(ABC):
    """Takes a stream apart. Whatever it is fed, it raises nothing."""

    def __init__(self, complain: Complain, most_bytes: int) -> None:
        self._complain = complain
        self._most_bytes = most_bytes

    @property
    @abstractmethod
    def unfinished_bytes(self) -> int:
        """How much of a message has come whose rest has not."""

    @abstractmethod
    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now."""

    @abstractmethod
    def drained(self) -> None:
        """The FIFO is empty for now: what is written next may be the beginning of a message."""

    @abstractmethod
    def ended(self) -> None:
        """The writers have gone: what is unfinished will never be whole, and is thrown away."""


class Framing(ABC):
    """One way to mark a message's end."""

    name: ClassVar[str]
    most_bytes: ClassVar[int] = MOST_BYTES

    @abstractmethod
    def encode(self, message: bytes) -> bytes:
        """The message as it travels. Raises `BadMessage` for one that this framing cannot carry."""

    @abstractmethod
    def decoder(self, complain: Complain, most_bytes: int = MOST_BYTES) -> Decoder:
        """A reader at the beginning of a stream; larger messages than `most_bytes` are thrown away."""

    def check_size(self, message: bytes) -> None:
        """Raises `BadMessage` for a message that is too large."""
        if len(message) > self.most_bytes:
            most = f"the framing {self.name} carries {self.most_bytes} at most"
            raise BadMessage(f"the message has {len(message)} bytes; {most}")
