"""How the two ends of a channel come together: the server's is host, the client's is guest."""

from __future__ import annotations

import os
import select
import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, suppress

from ramwire.errors import BadMessage, Refused
from ramwire.journal import Journal
from ramwire.sessions.contract import Closed, Gone
from ramwire.shared_memory import link, mark
from ramwire.shared_memory.doorkeeper import Doorkeeper
from ramwire.shared_memory.finder import Finder, pauses_s
from ramwire.shared_memory.holding import Held, open_page
from ramwire.shared_memory.links import Links
from ramwire.shared_memory.page import Page
from ramwire.shared_memory.place import Folder, poll_ms
from ramwire.shared_memory.plain import PlainPage
from ramwire.shared_memory.trouble import Trouble
from ramwire.shared_memory.turn import turn

log = Journal(__name__)

_PARTING_S = 0.5


class Host:
    """Holds PATH, and lets in whoever comes, by a thread that waits at the door."""

    needs_nobody = True

    def __init__(self, path: str, links: Links) -> None:
        """Raises `Refused`, with the holder's pid where another server is there."""
        self._path = path
        self._links = links
        self._keeper = Doorkeeper(path, "channel")
        self._keeper.open()
        self._trouble = Trouble(path)
        self._thread = threading.Thread(target=self._let_in, name="ramwire-door", daemon=True)
        self._thread.start()
        # At the interpreter's exit too, so that a program that never closes leaves nothing behind.
        weakref.finalize(self, _leave, self._keeper, self._thread, os.getpid())

    def meet(self, deadline: float) -> None:
        """Nobody is needed."""

    def hear(self, deadline: float) -> bytes | None:
        """Nobody is listened to beside the links."""

    def publish(self, message: bytes) -> None:
        """Show a message on the first page. Raises OSError."""
        door = self._keeper.door
        if door is not None:  # else it is lost, and being made again
            door.page.mend("channel")
            door.page.publish(message)

    def _let_in(self) -> None:
        try:
            while True:
                guest = self._keeper.accept()
                self._receive(guest)
        except Closed:
            pass
        except Held as error:
            log.error("%s is not served any more: %s", self._path, error)
            self._links.close()
        finally:
            self._keeper.close()

    def _receive(self, guest: socket.socket) -> None:
        """In a thread: one that says nothing holds up nobody."""
        try:
            threading.Thread(target=self._greet, args=(guest,), name="ramwire-guest", daemon=True).start()
        except RuntimeError as error:
            self._trouble.tell("a client was not let in", error)
            guest.close()

    def _greet(self, guest: socket.socket) -> None:
        with closing(guest):
            try:
                self._links.add(link.take_up(guest))
                self._trouble.end()
            except ConnectionError:
                pass  # it has thought better of it
            except (BadMessage, Refused, OSError) as error:
                self._trouble.tell("a client was not let in", error)

    def close(self) -> None:
        """Remove what was made. From any thread; twice is fine."""
        _leave(self._keeper, self._thread, os.getpid())

    def forget(self) -> None:
        """In a forked child: let go of what is the parent's."""
        self._keeper.forget()


def _leave(keeper: Doorkeeper, thread: threading.Thread, pid: int) -> None:
    if pid == os.getpid():
        keeper.interrupt()
        if thread is not threading.current_thread():
            thread.join(_PARTING_S)


class Guest:
    """Looks for the host whenever there is no link."""

    needs_nobody = False

    def __init__(self, path: str, links: Links) -> None:
        self._path = path
        self._links = links
        self._finder = Finder(path, "channel")
        self._meeting = threading.Lock()
        self._plain = PlainPage()
        self._page: Page | None = None

    def meet(self, deadline: float) -> None:
        """Have a link. Raises `Expired`, `Closed`, `Refused`, OSError."""
        waits_s = pauses_s()
        while not self._links:
            self._visit(self._finder.connect(deadline), waits_s, deadline)

    def hear(self, deadline: float) -> bytes | None:
        """Have a link, or the line of a plain writer. Raises as `meet` does."""
        waits_s = pauses_s()
        while not self._links:
            found = self._finder.connect_or_hear(deadline, self._plain)
            if isinstance(found, bytes):
                return found
            self._visit(found, waits_s, deadline)
        return None

    def _visit(self, host: socket.socket, waits_s: Iterator[float], deadline: float) -> None:
        with closing(host), turn(self._meeting, deadline):
            if self._links:
                return  # another thread was faster
            with suppress(ConnectionError, Gone):
                begun = link.begin(host)
                self._wait_for_welcome(begun, deadline)
                self._page = self._find_page()
                self._links.add(begun)
                return
        self._finder.pause(next(waits_s), deadline)

    def _wait_for_welcome(self, begun: link.Link, deadline: float) -> None:
        alarm = self._finder.own_alarm()
        poller = select.poll()
        poller.register(begun.bell, select.POLLIN)
        poller.register(alarm.fd, select.POLLIN)
        while not begun.is_welcome():
            self._finder.check(deadline, nobody=False)
            poller.poll(poll_ms(deadline))

    def _find_page(self) -> Page | None:
        """The host's page, as far as it is one of ours."""
        with closing(Folder(self._path)) as folder, suppress(OSError, Refused):
            fd = open_page(folder, os.O_RDWR)
            if mark.read(fd) is not None:
                return Page(fd)
            os.close(fd)
        return None

    def publish(self, message: bytes) -> None:
        """Show a message on the host's first page. Raises OSError."""
        page = self._page
        if page is not None:
            page.publish(message)

    def close(self) -> None:
        """From any thread; twice is fine."""
        self._finder.close()
        self._page = None

    def forget(self) -> None:
        """In a forked child: let go of what is the parent's."""
        self._finder.reset()
        self._meeting = threading.Lock()
