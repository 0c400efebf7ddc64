"""The server's end of every wire that is made of sessions: a thread for each, which runs the verbs itself."""

from __future__ import annotations

import itertools
import os
import threading
import time
import weakref

from ramwire.contract import Answer, ServerWire
from ramwire.errors import BadMessage
from ramwire.journal import Complaints, Journal
from ramwire.sessions.contract import Closed, Listener, ServerSession
from ramwire.sessions.conversation import Conversation
from ramwire.url import Url

log = Journal(__name__)

MOST_SESSIONS = 1000
"""Each is a thread."""

_PARTING_S = 0.2


class SessionServer(ServerWire):
    """See `ramwire.contract.ServerWire`; to be subclassed with the wire's own listener."""

    def __init__(self, url: Url, answer: Answer, listener: Listener) -> None:
        super().__init__(url, answer)
        self._listener = listener
        self._numbers = itertools.count(1)
        self._conversations: dict[Conversation, threading.Thread] = {}
        self._stopping = True
        self._full = False
        self._complaints = Complaints(log)
        _servers.add(self)

    def open(self) -> None:
        self._listener.open()
        self._stopping = False

    def serve(self) -> None:
        try:
            while True:
                self._admit(self._listener.accept())
        except Closed:
            pass
        finally:
            self._end()

    def stop(self) -> None:
        # A signal's handler may call it in the midst of itself: what has begun is then gone on with after it.
        begun, self._stopping = self._stopping, True
        self._listener.interrupt()
        if not begun:
            for conversation in list(self._conversations):
                conversation.interrupt()  # `serve` lets go of the rest

    def forget(self) -> None:
        """In a forked child: hold nothing open for the parent."""
        self._stopping = True
        self._listener.forget()
        for conversation in list(self._conversations):
            conversation.forget()
        self._conversations = {}

    def _admit(self, session: ServerSession) -> None:
        if len(self._conversations) >= MOST_SESSIONS:
            if not self._full:
                self._full = True
                log.warning("%s has %d sessions, and takes no more", self.url.text, len(self._conversations))
            self._listener.refuse(
                session, f"the server has {MOST_SESSIONS} sessions already, and takes no more"
            )
            return
        self._full = False
        conversation = Conversation(session, self.answer)
        name = f"ramwire-session-{next(self._numbers)}"
        thread = threading.Thread(target=self._converse, args=(conversation,), name=name, daemon=True)
        self._conversations[conversation] = thread
        if self._stopping:  # in another thread, which may not have seen this one
            conversation.interrupt()
        try:
            thread.start()
        except RuntimeError as error:
            del self._conversations[conversation]
            log.warning("%s: a session was refused: %s", self.url.text, error)
            self._listener.refuse(session, f"the server has no thread left for one more session: {error}")

    def _converse(self, conversation: Conversation) -> None:
        try:
            conversation.run()
        except BadMessage as error:
            self._complaints.tell("%s: a session was ended: %s", self.url.text, error)
        except Exception:
            log.exception("%s: a session was ended", self.url.text)
        finally:
            conversation.close()
            self._conversations.pop(conversation, None)

    def _end(self) -> None:
        self.stop()
        self._listener.close()
        me, end = threading.current_thread(), time.monotonic() + _PARTING_S
        for thread in list(self._conversations.values()):
            if thread is not me:
                thread.join(timeout=max(0.0, end - time.monotonic()))


_servers: weakref.WeakSet[SessionServer] = weakref.WeakSet()


def _forget_parents() -> None:
    for server in list(_servers):
        server.forget()


os.register_at_fork(after_in_child=_forget_parents)
