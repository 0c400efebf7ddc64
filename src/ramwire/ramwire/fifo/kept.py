"""A name in the folder that the keeper looks after."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ramwire.fifo.place import Place


class Kept(ABC):
    """What stands behind the name; any of these may be called while other threads use it."""

    name: bytes

    @abstractmethod
    def is_at(self, folder: int) -> bool:
        """Whether it is what the name means in this folder. Raises OSError where one may not look."""

    @abstractmethod
    def follow(self, place: Place) -> None:
        """Be what the name means there, made if need be. Raises `Refused`, OSError."""

    @abstractmethod
    def fail(self, why: str) -> None:
        """Why the names cannot be used; "" when they can again."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the descriptors, once nobody waits any more."""

    @abstractmethod
    def forget(self) -> None:
        """In a forked child: close the descriptors, without a lock, which a thread of the parent may hold."""
