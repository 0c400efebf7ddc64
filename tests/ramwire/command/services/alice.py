"""What `ramwire serve` may be pointed at."""

from __future__ import annotations

from types import SimpleNamespace

from ramwire import Server


class Alice:
    name = "Alice"

    def __init__(self, greeting: str = "howdy") -> None:
        self.greeting = greeting

    @property
    def age(self) -> int:
        raise AssertionError("a property is no verb, and not evaluated to find out")

    def greet(self) -> str:
        return self.greeting

    def _secret(self) -> str:
        return "hers alone"


class Needy:
    def __init__(self, friend: Alice) -> None:
        self.friend = friend


alice = Alice("hello")
house = SimpleNamespace(alice=alice)
empty = SimpleNamespace()
server = Server("ramdrive:/nowhere/else")


@server.verb(name="job.start")
def start() -> str:
    return "started"
