"""`ramwire doctor`: what is there, who holds it, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass

import ramwire
from ramwire.command.outcome import Exit, WrongUsage, printable, tell

MARKS = {"fine": "ok", "note": "note", "fault": "WRONG"}


@dataclass(frozen=True)
class Doctor:
    url: str

    def run(self) -> int:
        try:
            diagnosis = ramwire.diagnose(self.url)
        except ramwire.Refused as error:
            raise WrongUsage(str(error)) from error
        tell(printable(diagnosis.url))
        for finding in diagnosis.findings:
            tell(f"  {MARKS[finding.level]:<6}{printable(finding.what)}")
            if finding.remedy:
                tell(f"        do: {printable(finding.remedy)}")
        return Exit.DONE if diagnosis.healthy else Exit.NOBODY
