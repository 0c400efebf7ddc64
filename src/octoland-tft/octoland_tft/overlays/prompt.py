"""A question that the printer itself asks, with its choices."""

from __future__ import annotations

from typing import Callable

from octoland_api import shapes

from octoland_tft.kivy_api import NumericProperty, StringProperty
from octoland_tft.layout import load_beside
from octoland_tft.overlays.overlay import Overlay
from octoland_tft.printer import Printer
from octoland_tft.widgets import icon, text  # noqa: F401 - the kv builds on them
from octoland_tft.widgets.button import PushButton

_BESIDE_PX = 400
_CHOICES_BESIDE = 3


class PromptOverlay(Overlay):
    """Lies over the page until it is answered, here or elsewhere; it can be put away, and is found again on
    the printer's page."""

    modal = True

    text = StringProperty("")
    columns = NumericProperty(1)
    rows = NumericProperty(1)

    def __init__(self, prompt: shapes.Prompt, printer: Printer) -> None:
        self.prompt = prompt
        self._printer = printer
        self._answered = False
        super().__init__(text=prompt.text)
        choices = self.ids.choices
        for index, choice in enumerate(prompt.choices):
            button = PushButton(target_id=f"prompt.{index}", text=choice)
            button.bind(on_release=self._answers(index))
            choices.add_widget(button)
        self.fbind("width", self._arrange)
        self._arrange()

    def _arrange(self, *_: object) -> None:
        count = len(self.prompt.choices)
        wide = self.width > _BESIDE_PX
        self.columns = max(
            1, count if wide and count <= _CHOICES_BESIDE else 2 if count > _CHOICES_BESIDE else 1
        )
        self.rows = -(-count // int(self.columns))

    def _answers(self, index: int) -> Callable[..., None]:
        def answer(*_: object) -> None:
            # A second finger on a choice is let go after the first.
            if not self._answered:
                self._answered = True
                self._printer.command("prompt.answer", choice=index)
                self.dispatch("on_put_away")

        return answer


load_beside(__file__)
