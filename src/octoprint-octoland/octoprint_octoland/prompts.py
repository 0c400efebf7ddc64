"""The question that the printer asks, gathered from its `//action:prompt_…` lines.

The lines: https://docs.octoprint.org/en/master/bundledplugins/action_command_prompt.html
"""

from __future__ import annotations

import threading
from typing import Optional

from octoland_api.errors import InvalidArguments, NoPrompt
from octoland_api.shapes import Prompt

# OctoPrint's own for them, which shows them on its page.
PLUGIN = "action_command_prompt"
MOST_CHOICES = 32


class Prompts:
    """At most one question is open; another one, or its end, takes its place."""

    def __init__(self) -> None:
        # Between the loop, which hears the printer, and those who answer it.
        self._lock = threading.Lock()
        self._text: Optional[str] = None
        self._choices: list[str] = []
        self._shown: Optional[Prompt] = None

    @property
    def shown(self) -> Optional[Prompt]:
        return self._shown

    def hear(self, action: str) -> bool:
        """Take an action line without its `//action:`; tells whether what is shown changed."""
        name, _, parameter = action.strip().partition(" ")
        before = self._shown
        with self._lock:
            if name == "prompt_begin":
                self._forget()
                self._text = parameter.strip()
            elif name in ("prompt_choice", "prompt_button"):
                if self._text is not None and len(self._choices) < MOST_CHOICES:
                    self._choices.append(parameter.strip())
            elif name == "prompt_show":
                if self._text is not None:
                    self._shown = Prompt(text=self._text, choices=tuple(self._choices))
            elif name == "prompt_end":
                self._forget()
        return self._shown is not before

    def close(self) -> None:
        with self._lock:
            self._forget()

    def answer(self, choice: int) -> None:
        """Take the question away, so that it is answered once."""
        with self._lock:
            if self._shown is None:
                raise NoPrompt("The printer asks nothing (any more).")
            if choice >= max(1, len(self._shown.choices)):
                raise InvalidArguments(
                    f"The printer offers {len(self._shown.choices)} choices; {choice} is none of them."
                )
            self._forget()

    def _forget(self) -> None:
        self._text, self._choices, self._shown = None, [], None
