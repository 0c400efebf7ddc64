"""OctoPrint's settings and printer profile: presets, heaters, and this plugin's own settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional, Protocol

from octoland_api.shapes import Preset

from octoprint_octoland.adapters.reading import number, text, tree, whole

# What printers are made for, with few exceptions.
MOST_CELSIUS: dict[str, float] = {"tool": 350, "bed": 150, "chamber": 100}

DEFAULTS: dict[str, object] = {
    # Whether `status` and its changes may be read without an API key: the drive is private to its user.
    "status_without_key": True,
    # The wire's address; empty: $OCTOLAND_WIRE, else the RAM drive in the user's home.
    "wire": "",
    # The port at which a proxy shows OctoPrint to the network; none: OctoPrint's own.
    "public_port": None,
    # No heater is set higher than this, whoever asks.
    "most_celsius": MOST_CELSIUS,
}


class OctoPrintSettings(Protocol):
    """What is used of `octoprint.plugin.PluginSettings`."""

    def get(self, path: Sequence[str]) -> object: ...
    def get_boolean(self, path: Sequence[str]) -> Optional[bool]: ...
    def get_float(self, path: Sequence[str]) -> Optional[float]: ...
    def get_int(self, path: Sequence[str]) -> Optional[int]: ...
    def global_get(self, path: Sequence[str]) -> object: ...


class OctoPrintProfiles(Protocol):
    """What is used of `octoprint.printer.profile.PrinterProfileManager`."""

    def get_current_or_default(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Profile:
    """The printer's profile: what it is called and what can be heated."""

    name: Optional[str]
    tools: int
    heaters: tuple[str, ...]


class Preferences:
    """Read anew each time: a change in OctoPrint's page counts at once."""

    def __init__(self, settings: OctoPrintSettings, profiles: OctoPrintProfiles) -> None:
        self._settings = settings
        self._profiles = profiles

    @property
    def status_without_key(self) -> bool:
        return bool(self._settings.get_boolean(["status_without_key"]))

    @property
    def wire(self) -> Optional[str]:
        return text(self._settings.get(["wire"]))

    @property
    def public_port(self) -> Optional[int]:
        return self._settings.get_int(["public_port"]) or None

    def most_celsius(self, heater: str) -> float:
        kind = heater if heater in ("bed", "chamber") else "tool"
        # A page saves what is in its field, as a string; an empty field means the usual.
        most = number(self._settings.get_float(["most_celsius", kind]))
        return MOST_CELSIUS[kind] if most is None else most

    @property
    def prompt_command(self) -> str:
        """The G-code that answers a prompt, as OctoPrint's own plugin for prompts has it."""
        return text(self._settings.global_get(["plugins", "action_command_prompt", "command"])) or "M876"

    def profile(self) -> Profile:
        profile = self._profiles.get_current_or_default()
        extruder = tree(profile.get("extruder"))
        tools = max(1, whole(extruder.get("count")) or 1)
        # Several tools that share a nozzle have one heater.
        heaters = ["tool0"] if extruder.get("sharedNozzle") else [f"tool{index}" for index in range(tools)]
        heaters += ["bed"] if profile.get("heatedBed") else []
        heaters += ["chamber"] if profile.get("heatedChamber") else []
        return Profile(text(profile.get("name")), tools, tuple(heaters))

    def presets(self) -> tuple[Preset, ...]:
        profiles = self._settings.global_get(["temperature", "profiles"])
        return tuple(
            Preset(
                name=text(preset.get("name")) or "",
                tool_celsius=number(preset.get("extruder")),
                bed_celsius=number(preset.get("bed")),
                chamber_celsius=number(preset.get("chamber")),
            )
            for preset in map(tree, profiles if isinstance(profiles, (list, tuple)) else ())
        )
