"""The status: one picture of printer, job and machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Optional

import msgspec
from octoland_api.shapes import Progress, SelectedFile, State, Status, Temperature

from octoprint_octoland.adapters.preferences import Preferences
from octoprint_octoland.adapters.printer import Job, Printer
from octoprint_octoland.layers import LayerCounter
from octoprint_octoland.load import Machine
from octoprint_octoland.prompts import Prompts

if TYPE_CHECKING:
    from octoprint_octoland.adapters.storage import Storage

_UNDER_WAY = (State.STARTING, State.PRINTING, State.PAUSING, State.PAUSED, State.RESUMING, State.FINISHING)


class StatusReader:
    def __init__(
        self,
        *,
        printer: Printer,
        preferences: Preferences,
        storage: Storage,
        machine: Machine,
        prompts: Prompts,
        layers: LayerCounter,
    ) -> None:
        self._printer = printer
        self._preferences = preferences
        self._storage = storage
        self._machine = machine
        self._prompts = prompts
        self._layers = layers

    def read(self) -> Status:
        condition = self._printer.condition()
        job = self._printer.job()
        return Status(
            state=condition.state,
            state_text=condition.text,
            error=condition.error,
            file=_selected(job),
            progress=self._progress(condition.state, job),
            temperatures=self.heaters(),
            load=self._machine.load(),
            # OctoPrint tells of the end a moment after the state has changed.
            prompt=self._prompts.shown if self._printer.is_operational else None,
            time_s=time.time(),
        )

    def heaters(self) -> tuple[Temperature, ...]:
        """Those of the printer's profile, also while nothing is known of them."""
        if not self._printer.is_operational:
            return ()
        known = {each.heater: each for each in self._printer.temperatures()}
        return tuple(
            known.get(heater, Temperature(heater=heater)) for heater in self._preferences.profile().heaters
        )

    def _progress(self, state: State, job: Job) -> Progress:
        if job.path is None or job.on_card:
            return job.progress
        layers = self._layers.of(self._storage.on_disk(job.path))
        if layers is None:
            return job.progress
        under_way = state in _UNDER_WAY and job.position_bytes is not None
        return msgspec.structs.replace(
            job.progress,
            layer=layers.at(job.position_bytes or 0) if under_way else None,
            layers=len(layers),
        )


def _selected(job: Job) -> Optional[SelectedFile]:
    if job.path is None:
        return None
    return SelectedFile(
        path=job.path,
        name=job.name or job.path,
        origin="sdcard" if job.on_card else "local",
        size_bytes=job.size_bytes,
        estimate_s=job.estimate_s,
    )
