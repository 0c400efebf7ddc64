"""How waiting at a FIFO ends without a message."""

from __future__ import annotations


class Shut(Exception):
    """This end was closed by another thread."""


class Late(Exception):
    """The deadline has passed. `begun`: some of the message has left already, and the rest follows."""

    def __init__(self, begun: bool = False, nobody: bool = False) -> None:
        super().__init__("the deadline has passed")
        self.begun = begun
        self.nobody = nobody
