"""One turn at the lock: answers put in, requests taken out, what is old removed."""

from __future__ import annotations

from ramwire.jsonfile import records
from ramwire.jsonfile.document import Answered, Commands, Entry
from ramwire.jsonfile.guests import Guests
from ramwire.jsonfile.strangers import Strangers
from ramwire.jsonfile.work import Job, Work


class Turn:
    """`take` changes the commands; what follows from it is done when they are written."""

    def __init__(self, answers: list[tuple[Job, Answered]], gone: set[str]) -> None:
        """`gone` are the seats whose clients are dead."""
        self.answers = answers
        self.gone = gone
        self.claimed: list[Job] = []
        """Ours: their claim was taken, so that they run whatever becomes of the file."""
        self.taken: list[Job] = []
        """Others': they are marked in the file, and run once that is written."""

    def take(
        self, commands: Commands, written_s: float, guests: Guests, strangers: Strangers, work: Work
    ) -> None:
        """`written_s` is when the file was last written to, by the clock. Raises OSError."""
        for job, answered in self.answers:
            put(commands, job, answered)
        for uuid, entry in list(commands.entries.items()):
            if uuid in work.running:
                continue
            if entry.seat is not None:
                self._look_at_ours(commands, uuid, entry, guests)
            elif not entry.is_answered:
                self._look_at_others(commands, uuid, entry, strangers.take(entry, written_s))
        strangers.prune(commands)

    def _look_at_ours(self, commands: Commands, uuid: str, entry: Entry, guests: Guests) -> None:
        guest = None if entry.seat in self.gone else guests.join(entry.seat or "")
        if guest is None:
            commands.remove(uuid)
        elif not entry.is_answered and guest.claim():
            job = Job(uuid, entry, guest)
            if job.is_note:
                job.ring(records.TAKEN)
            if not entry.is_hello:
                self.claimed.append(job)

    def _look_at_others(self, commands: Commands, uuid: str, entry: Entry, refusal: Answered | None) -> None:
        commands.changed = True
        if refusal is None:
            self.taken.append(Job(uuid, entry, None))
        else:
            entry.answer(refusal)


def put(commands: Commands, job: Job, answered: Answered) -> None:
    """Add an answer. An entry that is gone was withdrawn, or somebody has spoiled the file since."""
    entry = commands.entries.get(job.uuid)
    if entry is None and job.is_wanted:
        entry = job.entry()
        commands.add(job.uuid, entry)
    if entry is not None:
        entry.answer(answered)
        commands.changed = True
