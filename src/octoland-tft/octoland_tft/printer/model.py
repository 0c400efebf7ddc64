"""The printer's state as properties that pages bind to, and its commands. All of it is for the screen's own
thread."""

from __future__ import annotations

import enum
import logging
import time
from typing import Callable, Optional, TypeVar

from octoland_api import shapes

from octoland_tft.failure import Failure
from octoland_tft.kivy_api import Clock, EventDispatcher, NumericProperty, ObjectProperty
from octoland_tft.printer.access import Access, AccessPhase, KeyRequest
from octoland_tft.printer.listener import KEY_TROUBLE, Listener
from octoland_tft.printer.wire import ServiceCallFailed, Wire
from octoland_tft.printer.worker import Worker
from octoland_tft.settings import Settings

logger = logging.getLogger(__name__)

Shape = TypeVar("Shape", bound=shapes.Record)
Reply = TypeVar("Reply")
Failed = Callable[[Failure], None]

CALL_TIMEOUT_S = 5.0


class Link(enum.Enum):
    """How the screen stands with the printer's service."""

    STARTING = "starting"
    NO_SERVICE = "no service"
    KEY_NEEDED = "key needed"
    READY = "ready"


class Printer(EventDispatcher):
    """Properties:

    `link` and, where it is not READY, `trouble`: the `Failure` behind it or None; `link_since`
    (`time.monotonic`). `status`: the last `shapes.Status` known, or None. `message`: the M117 text
    (`shapes.Message`) that stands, or None. `files_changes`: counts changes in the file storage.
    `calls_under_way`: commands and reads that are not answered yet. `access`: the request for a key.

    Event `on_failure(failure)`: a command without a `failed` of its own was not done.
    """

    link: Link = ObjectProperty(Link.STARTING)
    link_since = NumericProperty(0)
    trouble: Optional[Failure] = ObjectProperty(None, allownone=True)
    status: Optional[shapes.Status] = ObjectProperty(None, allownone=True)
    message: Optional[shapes.Message] = ObjectProperty(None, allownone=True, force_dispatch=True)
    files_changes = NumericProperty(0)
    calls_under_way = NumericProperty(0)
    access: Access = ObjectProperty(Access())

    def __init__(self, wire: Wire, settings: Settings) -> None:
        self.register_event_type("on_failure")
        super().__init__()
        self._wire = wire
        self._settings = settings
        self._commands = Worker("commands")
        self._reads = Worker("reads")
        self._request = 0
        self._listener = self._new_listener()
        self.link_since = time.monotonic()

    def start(self) -> None:
        self._listener.start()

    def stop(self) -> None:
        """End what is under way, and leave nothing on the wire."""
        self._listener.stop()
        self._wire.close()

    def command(
        self,
        verb: str,
        then: Optional[Callable[[object], None]] = None,
        failed: Optional[Failed] = None,
        **arguments: object,
    ) -> None:
        """Have the service do something; one of the two callbacks follows on the screen's thread."""
        self._put(
            self._commands,
            lambda: self._wire.call(verb, CALL_TIMEOUT_S, **self._keyed(arguments)),
            then,
            failed,
        )

    def read(
        self,
        shape: type[Shape],
        verb: str,
        then: Callable[[Shape], None],
        failed: Optional[Failed] = None,
        **arguments: object,
    ) -> None:
        """Ask the service for something; one of the two callbacks follows on the screen's thread."""
        self._put(
            self._reads,
            lambda: self._wire.read(shape, verb, CALL_TIMEOUT_S, **self._keyed(arguments)),
            then,
            failed,
        )

    def ask_for_key(self) -> None:
        """Ask OctoPrint's user for a key; `access` tells how it goes. Asked again, the newest request
        counts."""
        self._request += 1
        number = self._request
        self.access = Access(AccessPhase.ASKING)
        KeyRequest(
            self._wire,
            lambda access: _on_screen(lambda: self._set_access(number, access)),
            lambda key: _on_screen(lambda: self._use_key(key)),
        )

    def on_failure(self, failure: Failure) -> None:
        """Kivy's default handler of the event; the screen binds to it."""

    def set_link(self, link: Link, trouble: Optional[Failure] = None) -> None:
        came_back = self.link is Link.NO_SERVICE
        if link is not self.link:
            logger.info("The printer's service: %s%s", link.value, f" ({trouble.text})" if trouble else "")
            self.link_since = time.monotonic()
        self.trouble = trouble
        self.link = link
        # OctoPrint keeps no request over its restart.
        open_phases = (AccessPhase.ASKING, AccessPhase.WAITING, AccessPhase.LOST)
        gone = came_back and self.access.phase in open_phases
        if link is Link.KEY_NEEDED and (gone or self.access.to_be_asked):
            self.ask_for_key()

    def drop_key(self, key: str, failure: Failure) -> None:
        """The service no longer takes this key."""
        if self._settings.key != key:
            return
        self._settings.key = None
        self.access = Access()
        self.set_link(Link.KEY_NEEDED, failure)
        self._listen_anew()

    def _use_key(self, key: str) -> None:
        self._settings.key = key
        self._listen_anew()

    def _new_listener(self) -> Listener:
        return Listener(self._wire, _Picture(self), self._settings.key)

    def _listen_anew(self) -> None:
        """With the key that counts now. The other listener may lie in a call for long, and is left there."""
        self._listener.stop()
        self._listener = self._new_listener()
        self._listener.start()

    def _set_access(self, number: int, access: Access) -> None:
        if number != self._request:
            return
        self.access = access
        if access.phase is AccessPhase.LOST and access.to_be_asked:
            self._listener.look_again()

    def _keyed(self, arguments: dict[str, object]) -> dict[str, object]:
        key = self._settings.key
        return arguments if key is None else {**arguments, "key": key}

    def _put(
        self,
        worker: Worker,
        call: Callable[[], Reply],
        then: Optional[Callable[[Reply], None]],
        failed: Optional[Failed],
    ) -> None:
        key = self._settings.key
        self.calls_under_way += 1

        def job() -> None:
            try:
                reply = call()
            except ServiceCallFailed as error:
                failure = error.failure
                _on_screen(lambda: answered(lambda: self._fail(failure, key, failed)))
            else:
                _on_screen(lambda: answered(lambda: then(reply) if then is not None else None))

        def answered(go_on: Callable[[], None]) -> None:
            self.calls_under_way -= 1
            go_on()

        worker.put(job)

    def _fail(self, failure: Failure, key: Optional[str], failed: Optional[Failed]) -> None:
        logger.warning("Not done: %s: %s", failure.kind, failure.text)
        if key is not None and failure.kind == "KeyRefused":
            self.drop_key(key, failure)
        if failed is not None:
            failed(failure)
        else:
            self.dispatch("on_failure", failure)


class _Picture:
    """Hands what the listener tells to the printer, on the screen's thread."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def service_gone(self, failure: Failure) -> None:
        _on_screen(lambda: self._printer.set_link(Link.NO_SERVICE, failure))

    def key_missing(self, status: Optional[shapes.Status]) -> None:
        def tell() -> None:
            self._printer.status = status
            self._printer.set_link(Link.KEY_NEEDED, self._printer.trouble if self._key_trouble() else None)

        _on_screen(tell)

    def key_refused(self, key: str, failure: Failure) -> None:
        _on_screen(lambda: self._printer.drop_key(key, failure))

    def in_touch(self, status: shapes.Status) -> None:
        def tell() -> None:
            self._printer.status = status
            self._printer.set_link(Link.READY)

        _on_screen(tell)

    def happened(self, event: shapes.Event) -> None:
        _on_screen(lambda: self._take(event))

    def _take(self, event: shapes.Event) -> None:
        if isinstance(event, shapes.StatusChanged):
            self._printer.status = event.status
        elif isinstance(event, shapes.Message):
            self._printer.message = event if event.text.strip() else None
        else:
            self._printer.files_changes += 1

    def _key_trouble(self) -> bool:
        trouble = self._printer.trouble
        return trouble is not None and trouble.kind in KEY_TROUBLE


def _on_screen(tell: Callable[[], None]) -> None:
    Clock.schedule_once(lambda _dt: tell(), 0)
