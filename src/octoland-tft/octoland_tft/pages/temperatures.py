"""The heaters: how warm they are, and how warm they shall be."""

from __future__ import annotations

from functools import partial
from typing import Callable, Optional

from octoland_api.shapes import Preset, Temperature, Temperatures

from octoland_tft import figures, job
from octoland_tft.kivy_api import BooleanProperty, NumericProperty, StringProperty
from octoland_tft.language import gettext as _
from octoland_tft.layout import load_beside
from octoland_tft.navigation import Question
from octoland_tft.page import Page
from octoland_tft.printer import Link
from octoland_tft.widgets import button, graph, heater_card, keypad, text  # noqa: F401 - the kv builds on them
from octoland_tft.widgets.button import PushButton
from octoland_tft.widgets.heater_card import HeaterCard
from octoland_tft.words import heater_words

_PRESETS_SHOWN = 3


class TemperaturesPage(Page):
    """A card for each heater; what the keypad sets goes to the one that is chosen."""

    tall = BooleanProperty(False)
    cards_across = NumericProperty(1)
    chosen = StringProperty("tool0")
    entry = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._presets: tuple[Preset, ...] = ()
        self._heaters: tuple[Temperature, ...] = ()
        self._cards: dict[str, HeaterCard] = {}
        super().__init__(**kwargs)

    def on_size(self, *_args: object) -> None:
        super().on_size()
        self._lay_cards()
        self.tall = self.upright and self.height >= 640

    def on_enter(self) -> None:
        self.printer.bind(status=self._status_changed, link=self._link_changed)
        self._link_changed()

    def on_leave(self) -> None:
        self.printer.unbind(status=self._status_changed, link=self._link_changed)
        self.ids.keypad.entry = ""

    def render(self) -> None:
        self.title = _("Temperatures")
        self.header_icon, self.header_text = "ac_unit", _("Cool down")
        self._status_changed()
        self._show_presets()

    def on_header_action(self) -> None:
        """Cool down: all heaters off."""
        if not job.under_way(self.printer):
            self._cool_down()
            return
        self.navigation.ask(
            Question(
                title=_("Cool down now?"),
                text=_("A print is under way. It fails when its heaters go off."),
                keep_label=_("Keep printing"),
                do_label=_("Cool down"),
                do_icon="ac_unit",
                action=self._cool_down,
                holds=lambda: job.goes_on(self.printer),
            )
        )

    def choose(self, heater: str) -> None:
        self.chosen = heater
        self.ids.keypad.entry = ""
        self._show_heaters()

    def set_target(self, celsius: float) -> None:
        """What was typed on the keypad."""
        heater = self.chosen
        self._ask_while_printing(
            _("{heater}: {degrees} during the print?").format(
                heater=heater_words(heater), degrees=figures.degrees(celsius)
            ),
            lambda: self._set(heater, celsius),
        )

    def use_preset(self, preset: Preset) -> None:
        self._ask_while_printing(
            _("{preset} during the print?").format(preset=preset.name), lambda: self._use_preset(preset)
        )

    def _ask_while_printing(self, title: str, action: Callable[[], None]) -> None:
        if not job.under_way(self.printer):
            action()
            return
        self.navigation.ask(
            Question(
                title=title,
                text=_("A print is under way. Another temperature can spoil it."),
                keep_label=_("Leave it"),
                do_label=_("Set"),
                do_style="ask",
                action=action,
                holds=lambda: job.goes_on(self.printer),
            )
        )

    def _set(self, heater: str, celsius: float) -> None:
        self.printer.command("temperature.set", heater=heater, celsius=celsius)

    def _use_preset(self, preset: Preset) -> None:
        for heater in (each.heater for each in self._heaters):
            if heater == "bed" and preset.bed_celsius is not None:
                self._set(heater, preset.bed_celsius)
            # Of several hot ends only the chosen one: which of them the print needs is not known here.
            elif heater == self._hot_end() and preset.tool_celsius is not None:
                self._set(heater, preset.tool_celsius)

    def _hot_end(self) -> str:
        return self.chosen if self.chosen.startswith("tool") else "tool0"

    def _cool_down(self) -> None:
        for heater in self._heaters:
            self._set(heater.heater, 0)

    def _link_changed(self, *_args: object) -> None:
        if self.printer.link is Link.READY:
            self.printer.read(Temperatures, "temperatures", then=self._came)

    def _came(self, temperatures: Temperatures) -> None:
        self._presets = temperatures.presets
        self.ids.graph.show(temperatures.history)
        self._show_presets()

    def _status_changed(self, *_args: object) -> None:
        status = self.printer.status
        if status is None:
            return
        self._heaters = status.temperatures or (Temperature(heater="tool0"), Temperature(heater="bed"))
        self.ids.graph.add(status.time_s, status.temperatures)
        self._show_heaters()

    def _show_heaters(self) -> None:
        if [each.heater for each in self._heaters] != list(self._cards):
            self._make_cards()
        for heater in self._heaters:
            self._cards[heater.heater].show(heater, heater.heater == self.chosen, self.entry)

    def _make_cards(self) -> None:
        cards = self.ids.cards
        cards.clear_widgets()
        self._cards = {}
        for heater in self._heaters:
            card = HeaterCard(target_id=f"heater.{heater.heater}")
            card.bind(on_release=partial(self._card_touched, heater.heater))
            self._cards[heater.heater] = card
            cards.add_widget(card)
        if self.chosen not in self._cards and self._heaters:
            self.chosen = self._heaters[0].heater
        self._lay_cards()

    def _lay_cards(self) -> None:
        """Beside one another on an upright screen, else under one another as long as there is room."""
        few = len(self._cards) <= 2
        self.cards_across = max(2, len(self._cards)) if self.upright else 1 if few else 2

    def _card_touched(self, heater: str, *_args: object) -> None:
        self.choose(heater)

    def on_entry(self, *_args: object) -> None:
        self._show_heaters()

    def _show_presets(self) -> None:
        row = self.ids.presets
        row.clear_widgets()
        more = len(self._presets) > _PRESETS_SHOWN
        for place, preset in enumerate(self._presets[: _PRESETS_SHOWN - 1 if more else _PRESETS_SHOWN]):
            shown = PushButton(
                target_id=f"preset.{place}",
                text=preset.name,
                note=preset_note(preset),
                preferred_px=16,
                inset=3,
            )
            shown.bind(on_release=partial(self._preset_touched, preset))
            row.add_widget(shown)
        if more:
            rest = PushButton(target_id="preset.more", icon="more_horiz")
            rest.bind(on_release=lambda *_args: self._all_presets())
            row.add_widget(rest)

    def _preset_touched(self, preset: Preset, *_args: object) -> None:
        self.use_preset(preset)

    def _all_presets(self) -> None:
        self.navigation.open("presets", presets=self._presets, use=self.use_preset)


def preset_note(preset: Preset) -> str:
    """Hot end and bed: "210 / 60"."""
    return " / ".join(_bare(celsius) for celsius in (preset.tool_celsius, preset.bed_celsius))


def _bare(celsius: Optional[float]) -> str:
    return figures.UNKNOWN if celsius is None else figures.number(celsius)


load_beside(__file__)
