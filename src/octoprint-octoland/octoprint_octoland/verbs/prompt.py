"""prompt.answer"""

from __future__ import annotations

from octoland_api.arguments import AnswerPrompt

from octoprint_octoland import guards
from octoprint_octoland.adapters.preferences import Preferences
from octoprint_octoland.adapters.printer import Printer
from octoprint_octoland.dispatch import Handler, Request, handler
from octoprint_octoland.prompts import Prompts


class PromptVerbs:
    def __init__(self, printer: Printer, preferences: Preferences, prompts: Prompts) -> None:
        self._printer = printer
        self._preferences = preferences
        self._prompts = prompts

    def handlers(self) -> list[Handler]:
        return [handler("prompt.answer", AnswerPrompt, self._answer)]

    def _answer(self, wanted: AnswerPrompt, _: Request) -> None:
        guards.connected(self._printer)
        self._prompts.answer(wanted.choice)
        command = self._preferences.prompt_command
        if "{choice}" in command:
            line = command.replace("{choice}", str(wanted.choice))
        else:
            line = f"{command} S{wanted.choice}"
        self._printer.send_now(line)
