"""What became of a command that was not done, as the screen passes it on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """`kind`: the class name of an error of `octoland_api.errors` or `ramwire`; `text`: its text, for a log.

    `may_have_run`: the answer is lost, so that the command may have been carried out all the same.
    """

    kind: str
    text: str
    may_have_run: bool = False
