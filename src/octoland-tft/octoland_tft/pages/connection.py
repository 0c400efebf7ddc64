"""How the printer is connected, to connect or to part from it."""

from __future__ import annotations

from typing import Optional

from octoland_api.shapes import Connection, State

from octoland_tft import job
from octoland_tft.failure import Failure
from octoland_tft.kivy_api import BooleanProperty, ListProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.navigation import Question
from octoland_tft.page import Page
from octoland_tft.printer import Link
from octoland_tft.widgets import button, chip, fact, row_list, text  # noqa: F401 - the kv builds on them
from octoland_tft.widgets.row_list import Row
from octoland_tft.words import STATE_KINDS, failure_words, state_words

_AS_PREFERRED = ""


class ConnectionPage(Page):
    """The ports to choose from while there is no connection; the one in use while there is."""

    state = StringProperty("")
    state_kind = StringProperty("calm")
    note = StringProperty("")
    facts: list[tuple[str, str]] = ListProperty()
    connected = BooleanProperty(False)
    still = BooleanProperty(True)

    def __init__(self, **kwargs: object) -> None:
        self._connection: Optional[Connection] = None
        self._port = _AS_PREFERRED
        self._shown_state: Optional[State] = None
        self._shown_link: Optional[Link] = None
        super().__init__(**kwargs)

    def on_enter(self) -> None:
        self.printer.bind(status=self._status_changed, link=self._read)
        self._read()

    def on_leave(self) -> None:
        self.printer.unbind(status=self._status_changed, link=self._read)

    def render(self) -> None:
        self.title = _("Connection")
        self._shown_state = None
        self._status_changed()

    def choose(self, row: Row) -> None:
        self._port = row.id
        self._show_ports()

    def act(self) -> None:
        if not self.connected:
            self.printer.command("connection.connect", port=self._port or None)
        elif job.under_way(self.printer):
            self.navigation.ask(
                Question(
                    title=_("Disconnect the printer?"),
                    text=_("A print is under way. It is lost when the connection is."),
                    keep_label=_("Keep printing"),
                    do_label=_("Disconnect"),
                    action=self._disconnect,
                    holds=lambda: job.goes_on(self.printer),
                )
            )
        else:
            self._disconnect()

    def _disconnect(self) -> None:
        self.printer.command("connection.disconnect")

    def _read(self, *_args: object) -> None:
        self.printer.read(Connection, "connection", then=self._came, failed=self._not_read)

    def _came(self, connection: Connection) -> None:
        self._connection = connection
        self.render()

    def _not_read(self, failure: Failure) -> None:
        self.note = failure_words(failure)

    def _status_changed(self, *_args: object) -> None:
        status = self.printer.status
        if status is None:
            return
        if status.state is self._shown_state and self.printer.link is self._shown_link:
            return
        self._shown_state, self._shown_link = status.state, self.printer.link
        was = self.connected
        self.connected = status.state not in (State.OFFLINE, State.ERROR, State.CONNECTING)
        self.state, self.state_kind = state_words(status.state), STATE_KINDS[status.state]
        self.still = not job.allowed(self.printer) or status.state is State.CONNECTING
        if was != self.connected:
            self._read()
        self._show_ports()

    def _show_ports(self) -> None:
        connection = self._connection
        if connection is None:
            return
        self.note = ""
        if self.connected:
            known = (
                (_("Port"), connection.port),
                (_("Speed"), None if connection.baudrate is None else f"{connection.baudrate} baud"),
            )
            self.facts = [(name, value) for name, value in known if value]
            self.ids.rows.show([])
            return
        self.facts = []
        names = {_AS_PREFERRED: _("As set in OctoPrint"), **{port: port for port in connection.ports}}
        self.ids.rows.show([self._row(port, name) for port, name in names.items()])

    def _row(self, port: str, name: str) -> Row:
        chosen = port == self._port
        sign = "radio_button_checked" if chosen else "radio_button_unchecked"
        return Row(port, name, icon="usb", sign=sign, chosen=chosen)


load_beside(__file__)
