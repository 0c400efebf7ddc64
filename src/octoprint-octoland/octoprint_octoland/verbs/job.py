"""job.start, job.pause, job.resume, job.cancel"""

from __future__ import annotations

from typing import TYPE_CHECKING

from octoland_api.arguments import Nothing

from octoprint_octoland import guards
from octoprint_octoland.adapters.printer import Printer
from octoprint_octoland.dispatch import Handler, Request, handler

if TYPE_CHECKING:
    from octoprint_octoland.adapters.storage import Storage


class JobVerbs:
    def __init__(self, printer: Printer, storage: Storage) -> None:
        self._printer = printer
        self._storage = storage

    def handlers(self) -> list[Handler]:
        return [
            handler("job.start", Nothing, self._start),
            handler("job.pause", Nothing, self._pause),
            handler("job.resume", Nothing, self._resume),
            handler("job.cancel", Nothing, self._cancel),
        ]

    def _start(self, _: Nothing, request: Request) -> None:
        guards.idle(self._printer)
        guards.job_is_there(self._printer.job(), self._storage)
        self._printer.start(request.user)

    def _pause(self, _: Nothing, request: Request) -> None:
        guards.can_pause(self._printer)
        self._printer.pause(request.user)

    def _resume(self, _: Nothing, request: Request) -> None:
        guards.can_resume(self._printer)
        self._printer.resume(request.user)

    def _cancel(self, _: Nothing, request: Request) -> None:
        guards.can_cancel(self._printer)
        self._printer.cancel(request.user)
