"""Moving the head, the bed and the filament by hand."""

from __future__ import annotations

from octoland_tft import figures, job
from octoland_tft.kivy_api import NumericProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.navigation import Question
from octoland_tft.page import Page
from octoland_tft.widgets import button, text  # noqa: F401 - the kv builds on them

STEPS_MM = (0.1, 1.0, 10.0, 100.0)
# Below this a hot end does not melt what is in it: filament would be ground down, or the motor skip.
SOFT_CELSIUS = 170.0


class MotorsPage(Page):
    """Each touch moves by `step_mm`."""

    step_mm = NumericProperty(10.0)
    extrude_note = StringProperty("")

    def render(self) -> None:
        self.title = _("Motors")
        self.header_icon, self.header_text = "power_settings_new", _("Motors off")
        self.extrude_note = figures.millimetres(self.step_mm)

    def on_header_action(self) -> None:
        """Motors off: asks first while a print is under way, which loses its place."""
        if not job.under_way(self.printer):
            self.printer.command("motion.off")
            return
        self.navigation.ask(
            Question(
                title=_("Motors off now?"),
                text=_("A print is under way. It loses its place and cannot go on."),
                keep_label=_("Keep printing"),
                do_label=_("Motors off"),
                do_icon="power_settings_new",
                action=lambda: self.printer.command("motion.off"),
                holds=lambda: job.goes_on(self.printer),
            )
        )

    def step_label(self, step_mm: float) -> str:
        return figures.millimetres(step_mm) if step_mm == STEPS_MM[-1] else figures.short_number(step_mm, 1)

    def choose_step(self, step_mm: float) -> None:
        self.step_mm = step_mm
        self.render()

    def jog(self, x: int = 0, y: int = 0, z: int = 0) -> None:
        """One step along an axis: 1 forward, -1 back."""
        step_mm = self.step_mm
        self.printer.command("motion.jog", x_mm=x * step_mm, y_mm=y * step_mm, z_mm=z * step_mm)

    def home_axes(self, axes: str) -> None:
        """Of "xyz", those that are named."""
        self.printer.command("motion.home", axes=list(axes))

    def extrude(self, direction: int) -> None:
        """Forward or back; a cold hot end is told, not tried."""
        hot_end = self._hot_end_celsius()
        if hot_end < SOFT_CELSIUS:
            self.navigation.toast(
                _("The hot end is too cold for this: {degrees}. Heat it first.").format(
                    degrees=figures.degrees(hot_end)
                )
            )
            return
        self.printer.command("motion.extrude", length_mm=direction * self.step_mm)

    def _hot_end_celsius(self) -> float:
        status = self.printer.status
        heaters = status.temperatures if status else ()
        return next((each.actual_celsius or 0.0 for each in heaters if each.heater == "tool0"), 0.0)


load_beside(__file__)
