"""The lanes that have joined a server: serving their requests, and clearing away the dead."""

from __future__ import annotations

import errno
import os
import select
import stat
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Callable

from ramwire.contract import PLAIN, Answer, as_future
from ramwire.journal import Journal
from ramwire.line import HELLO
from ramwire.ramdrive import files, names, records
from ramwire.ramdrive.peer import Peer, remove_lanes
from ramwire.ramdrive.place import Place

if TYPE_CHECKING:
    from concurrent.futures import Future

log = Journal(__name__)


class Lanes:
    """Any thread may serve and join; dropping and sweeping are for the thread that waits on `epoll`.

    A joined lane's bell is in `epoll`, where the death of its client is an EPOLLERR.
    """

    def __init__(
        self,
        place: Place,
        answer: Answer,
        epoll: select.epoll,
        ring: Callable[[bytes], None],
        nudge: Callable[[], None],
    ) -> None:
        """`ring` puts a record into the server's own bell; `nudge` has the thread that may sweep call
        `clear_away`.
        """
        self._place = place
        self._answer = answer
        self._epoll = epoll
        self._ring = ring
        self._nudge = nudge
        self._dead: set[bytes] = set()
        self._peers: dict[bytes, Peer] = {}
        self._bells: dict[int, Peer] = {}
        self._joining = threading.Lock()
        self._closed = False
        self._odd: set[bytes] = set()
        self.served = 0
        """How many requests so far: where it stands still, the lanes are idle."""

    def __contains__(self, token: bytes) -> bool:
        return token in self._peers

    def serve(self, name: bytes, line: bytes = b"") -> None:
        """Take a request of a joined lane, run it and answer. `line` is it, if whoever rang has told it."""
        peer = self._peers.get(name[-names.TOKEN_BYTES :])
        if peer is None:
            return  # dropped since: its client knows, and comes again
        self.served += 1
        try:
            taken = peer.take(name, line)
            if taken is None:
                return
            line = taken
            if line == HELLO or peer.silent:
                peer.tell(records.TAKEN, name)
                if line == HELLO:
                    return
            value = self._answer(line)
        except BaseException as error:  # noqa: BLE001 - the caller is told, whatever it was
            peer.fail(name, error)
            return
        later = None if type(value) in PLAIN or peer.silent else as_future(value)
        if later is not None:
            peer.defer(name, later)
            later.add_done_callback(partial(self._resolved, peer, name))
        else:
            peer.answer(name, value)

    @staticmethod
    def _resolved(peer: Peer, name: bytes, future: Future[Any]) -> None:
        peer.pending = None
        try:
            value = future.result()
        except BaseException as error:  # noqa: BLE001 - as above
            peer.fail(name, error)
        else:
            peer.answer(name, value)

    def join(self, token: bytes) -> None:
        """Join a waiting lane, if it is not joined yet, and serve what it has sent."""
        with self._joining:
            if self._closed:
                return  # a lane joined now would wait for a server that has gone
            if token not in self._peers:
                try:
                    peer = Peer(self._place, token)
                except files.Unsafe as error:
                    self._complain(token, error)
                    return
                except OSError as error:
                    if error.errno == errno.ENXIO:  # it knocked, and died
                        self._dead.add(token)
                        self._nudge()
                    elif error.errno != errno.ENOENT:
                        raise
                    return  # where its files are not all there yet, it has still to knock
                self._peers[token] = peer
                self._bells[peer.bell] = peer
                self._epoll.register(peer.bell, 0)
                peer.tell(records.JOINED, b"")
        # Whatever it has sent before lies there without a ring.
        for name in map(os.fsencode, files.listing(self._place.server)):
            if name.endswith(b"-" + token) and len(name) == names.NAME_BYTES:
                self.serve(name)

    def is_waiting_or_old(self, token: bytes) -> bool:
        """Whether a token is that of a lane that has not joined us (any more)."""
        if len(token) != names.TOKEN_BYTES:
            return False
        lanes = self._place.lanes
        return any(os.access(token + ending, os.F_OK, dir_fd=lanes) for ending in (b".waiting", b".joined"))

    def clear_away(self) -> None:
        """Remove what the dead have left, as far as they are known: all at once, for it takes a look at every
        file there is.
        """
        with self._joining:
            dead, self._dead = self._dead, set()
        if dead:
            remove_lanes(self._place, dead)

    def sweep(self) -> None:
        """Join the lanes that wait, and remove what the dead have left."""
        lanes = self._place.lanes
        for text in files.listing(lanes):
            stem, _, ending = os.fsencode(text).rpartition(b".")
            if stem in self._peers or not stem:
                continue
            if ending == b"waiting" and len(stem) == names.TOKEN_BYTES:
                # Not looked at first: to open its bell for a moment only would seem our death to its client.
                self._ring(records.record(records.JOIN, stem))
            elif ending == b"joined":
                if _is_dead(os.fsencode(text), lanes):
                    self._dead.add(stem)
            elif stem[:1].isdigit():
                if not os.path.exists(b"/proc/" + stem.partition(b".")[0]):
                    self._remove(text)
            elif not self.is_waiting_or_old(stem):
                self._remove(text)
        self.clear_away()

    def _remove(self, name: str) -> None:
        with suppress(OSError):  # a folder, say: whoever made it knows why
            files.remove(os.fsencode(name), self._place.lanes)

    def _complain(self, token: bytes, why: object) -> None:
        if token not in self._odd:
            self._odd.add(token)
            log.warning("lane %s is not joined: %s", ascii(token.decode(errors="replace")), why)

    def drop(self, bell: int) -> None:
        """The client has closed the lane that has this bell, or is dead."""
        peer = self._bells.get(bell)
        if peer is None:
            return
        self._peers.pop(peer.token, None)
        self._bells.pop(peer.bell, None)
        with suppress(OSError):
            self._epoll.unregister(peer.bell)
        peer.close()
        self._dead.add(peer.token)
        self.sweep()  # others may have died before they joined

    def close(self) -> None:
        """Every client sees a POLLHUP."""
        with self._joining:
            self._closed = True
        for peer in list(self._peers.values()):
            peer.close()
        # They hold their owner, which is not to wait for a garbage collector.
        self._ring, self._nudge = _nothing, lambda: None

    def forget(self) -> None:
        """Close the descriptors alone."""
        for peer in list(self._peers.values()):
            peer.forget()


def _nothing(record: bytes) -> None:
    del record


def _is_dead(bell: bytes, lanes: int) -> bool:
    try:
        os.close(files.open_safely(bell, lanes, os.O_WRONLY, stat.S_ISFIFO))
    except OSError as error:
        return error.errno == errno.ENXIO
    except files.Unsafe:
        return True
    return False
