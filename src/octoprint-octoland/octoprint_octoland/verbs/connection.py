"""connection, connection.connect, connection.disconnect"""

from __future__ import annotations

from octoland_api.arguments import Connect, Nothing
from octoland_api.shapes import Connection

from octoprint_octoland import guards
from octoprint_octoland.adapters.printer import Printer
from octoprint_octoland.dispatch import Handler, Request, handler


class ConnectionVerbs:
    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def handlers(self) -> list[Handler]:
        return [
            handler("connection", Nothing, self._read),
            handler("connection.connect", Connect, self._connect),
            handler("connection.disconnect", Nothing, self._disconnect),
        ]

    def _read(self, _: Nothing, __: Request) -> Connection:
        port, baudrate = self._printer.connection()
        ports, baudrates = self._printer.connection_options()
        return Connection(
            state=self._printer.state, port=port, baudrate=baudrate, ports=ports, baudrates=baudrates
        )

    def _connect(self, wanted: Connect, _: Request) -> None:
        if wanted.port is not None:
            guards.port_is_known(self._printer, wanted.port)
        if wanted.baudrate is not None:
            guards.baudrate_is_known(self._printer, wanted.baudrate)
        guards.disconnected(self._printer)
        self._printer.connect(wanted.port, wanted.baudrate)

    def _disconnect(self, _: Nothing, __: Request) -> None:
        guards.open_or_opening(self._printer)
        self._printer.disconnect()
