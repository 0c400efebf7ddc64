"""Requests for an API key: asked here, decided by a user on OctoPrint's own page, told once.

Everything here runs in the loop. A request lives ten minutes at most, and is withdrawn when nobody has
waited for its outcome for a while.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Callable, Literal, Optional

from octoland_api.errors import Failed, RequestUnknown, ServiceError
from octoland_api.shapes import KeyOutcome, KeyRequest

from octoprint_octoland.adapters.appkeys import AppKeys, Asked
from octoprint_octoland.deferred import Deferred, answer, fail, is_wanted
from octoprint_octoland.loop import Loop, Timer

_log = logging.getLogger(__name__)

# A little less than OctoPrint's own ten minutes.
EXPIRES_S = 590.0
ABANDONED_S = 60.0
MOST_REQUESTS = 8
# For one request, which is one program's.
MOST_WAITING = 8
# Each one brings up a question in every browser.
MOST_A_MINUTE = 20

Final = Literal["granted", "denied", "expired"]


@dataclass(eq=False)
class _Request:
    app: str
    asked: Asked
    expiry: Timer
    abandonment: Optional[Timer] = None
    ended: Optional[Literal["decided", "expired"]] = None
    waiting: dict[Deferred, Timer] = field(default_factory=dict)


class KeyDesk:
    """Keeps the requests that are open, and those whose outcome was not fetched yet."""

    def __init__(self, loop: Loop, appkeys: AppKeys, page: Callable[[], Optional[str]]) -> None:
        self._loop = loop
        self._appkeys = appkeys
        self._page = page
        self._requests: dict[str, _Request] = {}
        self._in_this_minute = 0

    # --- from any thread ---

    def request(self, app: str, user: Optional[str]) -> Deferred:
        deferred = Deferred()
        self._loop.post(lambda: self._answer_request(deferred, app, user))
        return deferred

    def outcome(self, token: str, wait_s: float) -> Deferred:
        deferred = Deferred()
        self._loop.post(lambda: self._wait(deferred, token, wait_s))
        return deferred

    def ended(self, user_token: str) -> None:
        """OctoPrint has taken a question off its pages."""
        self._loop.post(lambda: self._decided(user_token))

    # --- in the loop ---

    def close(self) -> None:
        for token in list(self._requests):
            self._forget(token)

    def _answer_request(self, deferred: Deferred, app: str, user: Optional[str]) -> None:
        try:
            token = self._ask(app, user)
        except ServiceError as error:
            fail(deferred, error)
        except Exception as error:  # noqa: BLE001 - whoever asks must not wait for ever
            _log.exception("Application Keys could not be asked")
            fail(deferred, Failed(f"OctoPrint could not be asked for a key: {error}"))
        else:
            page = self._page()
            url = f"{page}/plugin/appkeys/auth/{token}" if page else None
            answer(deferred, KeyRequest(token=token, url=url, expires_s=EXPIRES_S))

    def _ask(self, app: str, user: Optional[str]) -> str:
        self._count_one_more()
        # Who asks again has forgotten the first request, as after a restart.
        for token in [token for token, request in self._requests.items() if request.app == app]:
            self._forget(token)
        if len(self._requests) >= MOST_REQUESTS:
            raise Failed(
                f"{MOST_REQUESTS} programs are waiting for a key already. Answer them in OctoPrint first."
            )
        asked = self._appkeys.ask(app, user)
        token = asked.app_token
        self._requests[token] = request = _Request(
            app, asked, self._loop.later(EXPIRES_S, lambda: self._expire(token))
        )
        self._watch_abandonment(request)
        _log.info("%s asks for an API key: waiting for a user to allow it in OctoPrint", app)
        return token

    def _count_one_more(self) -> None:
        if self._in_this_minute >= MOST_A_MINUTE:
            raise Failed(f"{MOST_A_MINUTE} keys were asked for within a minute. Ask again in the next one.")
        self._in_this_minute += 1
        self._loop.later(60.0, self._count_one_less)

    def _count_one_less(self) -> None:
        self._in_this_minute -= 1

    def _wait(self, deferred: Deferred, token: str, wait_s: float) -> None:
        request = self._requests.get(token)
        if request is None:
            fail(
                deferred,
                RequestUnknown("No key was asked for under this token, or its outcome was told already."),
            )
            return
        if request.abandonment is not None:
            request.abandonment.cancel()
        if len(request.waiting) >= MOST_WAITING:
            self._still_waiting(request, next(iter(request.waiting)))
        request.waiting[deferred] = self._loop.later(wait_s, lambda: self._still_waiting(request, deferred))
        if request.ended is not None:
            self._conclude(request)

    def _still_waiting(self, request: _Request, deferred: Deferred) -> None:
        timer = request.waiting.pop(deferred, None)
        if timer is not None:
            timer.cancel()
        answer(deferred, KeyOutcome(state="waiting", left_s=self._loop.left_s(request.expiry)))
        if not request.waiting:
            self._watch_abandonment(request)

    def _decided(self, user_token: str) -> None:
        for request in list(self._requests.values()):
            if request.asked.user_token == user_token and request.ended is None:
                request.ended = "decided"
                self._conclude(request)

    def _expire(self, token: str) -> None:
        request = self._requests.get(token)
        if request is None:
            return
        if request.ended is None:
            request.ended = "expired"
            self._appkeys.withdraw(request.asked)
            self._conclude(request)
        self._requests.pop(token, None)

    def _conclude(self, request: _Request) -> None:
        """Tell the outcome to those who wait; with nobody there it stays, and the key is not made yet."""
        wanted = [deferred for deferred in request.waiting if is_wanted(deferred)]
        for timer in request.waiting.values():
            timer.cancel()
        request.waiting.clear()
        if not wanted:
            return
        self._requests.pop(request.asked.app_token, None)
        request.expiry.cancel()
        try:
            key = self._appkeys.collect(request.asked) if request.ended == "decided" else None
        except Exception as error:
            for deferred in wanted:
                fail(deferred, Failed(f"OctoPrint could not make the key: {error}"))
            raise
        state: Final = "expired" if request.ended == "expired" else "granted" if key else "denied"
        _log.info("The request of %s for an API key: %s", request.app, state)
        # All of them know the token: they are one program, which may have died and asked again.
        for deferred in wanted:
            answer(deferred, KeyOutcome(state=state, key=key))

    def _watch_abandonment(self, request: _Request) -> None:
        request.abandonment = self._loop.later(ABANDONED_S, lambda: self._abandon(request))

    def _abandon(self, request: _Request) -> None:
        if request.ended is None and not any(map(is_wanted, request.waiting)):
            _log.info("Nobody waits any more for the API key of %s: withdrawn", request.app)
            self._forget(request.asked.app_token)

    def _forget(self, token: str) -> None:
        request = self._requests.pop(token)
        request.expiry.cancel()
        if request.abandonment is not None:
            request.abandonment.cancel()
        for deferred, timer in request.waiting.items():
            timer.cancel()
            answer(deferred, KeyOutcome(state="expired"))
        if request.ended is None:
            self._appkeys.withdraw(request.asked)
