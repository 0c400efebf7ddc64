"""A stand-in for the printer's service: a real ramwire Server with scripted answers, no OctoPrint behind it.

It serves octoland_api's verbs, checks the key as the plugin does (`open_to_all` is its setting),
remembers what it was asked, and tells the events that a test gives it. The end-to-end test has the real one.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from typing import Callable, Optional

import msgspec
from octoland_api import VERBS, errors, shapes
from octoland_api.shapes import State
from octoland_api.verbs import Key

import ramwire

KEY = "a-key-that-octoprint-gave"
DEADLINE_S = 10.0


def printing(completion: float = 42.0, **changes: object) -> shapes.Status:
    """The status of the mockups: a print under way."""
    status = shapes.Status(
        state=State.PRINTING,
        state_text="Printing",
        file=shapes.SelectedFile(path="box.gcode", name="calibration_box_0.2mm_PLA.gcode"),
        progress=shapes.Progress(completion=completion, elapsed_s=3100, left_s=4320, layer=31, layers=74),
        temperatures=(
            shapes.Temperature(heater="tool0", actual_celsius=210.3, target_celsius=215),
            shapes.Temperature(heater="bed", actual_celsius=59.8, target_celsius=60),
        ),
        load=shapes.Load(cpu_celsius=52, ram_percent=37, disk_percent=81),
        time_s=time.time(),
    )
    return msgspec.structs.replace(status, **changes)


def idle(**changes: object) -> shapes.Status:
    """Nothing to do: no file selected, no print."""
    quiet = printing(state=State.READY, state_text="Operational", file=None, progress=shapes.Progress())
    return msgspec.structs.replace(quiet, **changes)


def paused(**changes: object) -> shapes.Status:
    return msgspec.structs.replace(printing(state=State.PAUSED, state_text="Paused"), **changes)


def offline(**changes: object) -> shapes.Status:
    away = shapes.Status(state=State.OFFLINE, state_text="Offline", time_s=time.time())
    return msgspec.structs.replace(away, **changes)


class StandIn:
    """Starts serving with `start`. `replies` has what a verb answers: a shape, an exception to raise, or a
    function of the arguments; every other verb answers null."""

    def __init__(self, url: str, status: Optional[shapes.Status] = None) -> None:
        self.url = url
        self.keys = {KEY}
        self.open_to_all = True
        self.status = status or idle()
        self.replies: dict[str, object] = {}
        self.requests: list[tuple[str, dict[str, object]]] = []
        self.asked_at: list[float] = []
        self._events: list[shapes.Event] = []
        self._epoch = f"{time.monotonic_ns():x}"
        self._waiting: list[Future[object]] = []
        self._changed = threading.Condition()
        self._server = ramwire.Server(url, verbs={name: self._verb(name) for name in VERBS})

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def tell(self, *events: shapes.Event) -> None:
        """Have these happen."""
        with self._changed:
            for event in events:
                if isinstance(event, shapes.StatusChanged):
                    self.status = event.status
                self._events.append(event)
            waiting, self._waiting = self._waiting, []
        for future in waiting:
            _wake(future)

    def now(self, status: shapes.Status) -> None:
        """The status changes, and is told."""
        self.tell(shapes.StatusChanged(status=status))

    def m117(self, text: str) -> None:
        self.tell(shapes.Message(text=text, time_s=time.time()))

    def asked(self, verb: str) -> list[dict[str, object]]:
        """The arguments of each request of a verb so far, without the key."""
        return [arguments for asked, arguments in self.requests if asked == verb]

    def wait_for(self, verb: str, times: int = 1) -> dict[str, object]:
        """The arguments of the verb's newest request, once it has been asked so often."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.asked(verb)) >= times, DEADLINE_S)
        assert came, f"{verb} was asked {len(self.asked(verb))} times, not {times}: {self.requests}"
        return self.asked(verb)[-1]

    def _verb(self, name: str) -> Callable[..., object]:
        def answer(key: Optional[str] = None, **arguments: object) -> object:
            with self._changed:
                self.requests.append((name, arguments))
                self.asked_at.append(time.monotonic())
                self._changed.notify_all()
            if VERBS[name].key is not Key.NONE:
                self._check(key, name)
            msgspec.convert(arguments, VERBS[name].arguments)
            if name == "events":
                return self._await_events(key is not None, **arguments)  # type: ignore[arg-type]
            return self._reply(name, arguments)

        return answer

    def _check(self, key: Optional[str], name: str) -> None:
        if key is None:
            if VERBS[name].key is not Key.SETTING or not self.open_to_all:
                raise errors.KeyNeeded(f"{name} needs an API key")
        elif key not in self.keys:
            raise errors.KeyRefused("this key is not known")

    def _reply(self, name: str, arguments: dict[str, object]) -> object:
        reply = self.replies.get(name, self.status if name == "status" else None)
        if callable(reply) and not isinstance(reply, type):
            reply = reply(**arguments)
        if isinstance(reply, BaseException):
            raise reply
        return shapes.to_wire(reply) if isinstance(reply, shapes.Record) else reply

    def _await_events(self, knows_all: bool, after: str = "", wait_s: float = 20.0) -> object:
        epoch, _, number = after.partition("-")
        lost = bool(after) and epoch != self._epoch
        with self._changed:
            begin = len(self._events) if lost or not after else int(number)
            if lost or not wait_s or begin < len(self._events):
                return self._told(begin, lost, knows_all)
            woken: Future[object] = Future()
            self._waiting.append(woken)
        answer: Future[object] = Future()
        timer = threading.Timer(wait_s, _wake, (woken,))
        timer.daemon = True
        timer.start()

        def wake(_woken: Future[object]) -> None:
            timer.cancel()
            answer.set_result(self._told(begin, lost, knows_all))

        woken.add_done_callback(wake)
        return answer

    def _told(self, begin: int, lost: bool, knows_all: bool) -> object:
        events = self._events[begin:]
        told = tuple(event for event in events if knows_all or isinstance(event, shapes.StatusChanged))
        return shapes.to_wire(
            shapes.Events(next=f"{self._epoch}-{begin + len(events)}", events=told, lost=lost)
        )


def _wake(waiting: Future[object]) -> None:
    if not waiting.done():
        waiting.set_result(None)
