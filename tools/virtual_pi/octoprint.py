"""OctoPrint's REST, as far as the demo's start needs it: is it up, a key for its administrator, a file."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import quote

import requests


class NoOctoPrint(Exception):
    """OctoPrint does not answer, or not as it should."""


def wait_until_up(url: str, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        if is_up(url):
            return
        if time.monotonic() > deadline:
            raise NoOctoPrint(f"{url} does not answer after {timeout_s:.0f} s")
        time.sleep(0.3)


def is_up(url: str) -> bool:
    try:
        # Made for this question: answered without a login, and only once the server has started.
        return requests.get(f"{url}/online.txt", timeout=5).text.strip() == "online"
    except requests.RequestException:
        return False


def make_key(url: str, user: str, password: str) -> str:
    """A new API key of that user; an older one of theirs ends."""
    session = requests.Session()
    # The login page gives the token without which nothing is taken from a browser.
    session.get(f"{url}/login/", timeout=30)
    for cookie in session.cookies:
        if cookie.name.startswith("csrf_token"):
            session.headers["X-CSRF-Token"] = cookie.value or ""
    answer = session.post(f"{url}/api/login", json={"user": user, "pass": password}, timeout=20)
    _expect(answer, "the login")
    answer = session.post(f"{url}/api/users/{quote(user)}/apikey", timeout=20)
    _expect(answer, "asking for a key")
    return str(answer.json()["apikey"])


def upload_once(url: str, api_key: str, file: Path) -> None:
    """The file among OctoPrint's own, as its page would upload it, so that it is analysed too."""
    headers = {"X-Api-Key": api_key}
    there = requests.get(f"{url}/api/files/local/{quote(file.name)}", headers=headers, timeout=20)
    if there.status_code == requests.codes.ok:
        return
    with file.open("rb") as content:
        answer = requests.post(
            f"{url}/api/files/local", headers=headers, files={"file": (file.name, content)}, timeout=60
        )
    _expect(answer, "the upload", requests.codes.created)


def _expect(answer: requests.Response, step: str, code: int = 200) -> None:
    if answer.status_code != code:
        raise NoOctoPrint(f"{step} was answered with {answer.status_code}: {answer.text[:200]}")
