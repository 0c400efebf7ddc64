"""OctoPrint as its user sees it: by its REST, and by its own page in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Optional

import requests
from playwright.sync_api import Page, sync_playwright

from tests.e2e.waiting import wait_until

CHROMIUM = "/usr/bin/chromium"
DEADLINE_MS = 120_000
# Nothing of it may call home, and a container or root has no sandbox of its own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class OctoPrint:
    url: str
    key: str
    user: str
    password: str

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}{path}", headers={"X-Api-Key": self.key}, timeout=20)

    def post(self, path: str, **body: object) -> requests.Response:
        return requests.post(f"{self.url}{path}", headers={"X-Api-Key": self.key}, json=body, timeout=20)

    def delete(self, path: str) -> None:
        answer = requests.delete(f"{self.url}{path}", headers={"X-Api-Key": self.key}, timeout=20)
        assert answer.ok, answer.text

    def state(self) -> str:
        """OctoPrint's own word: `Operational`, `Printing`, `Paused`, `Offline` ..."""
        try:
            answer = self.get("/api/job")
        except requests.RequestException:
            return ""
        return str(answer.json()["state"]) if answer.ok else ""

    def completion(self) -> float:
        """Per cent of the running print."""
        return float(self.get("/api/job").json()["progress"]["completion"] or 0.0)

    def wait_for(self, *states: str, deadline_s: float = 30.0) -> str:
        def look() -> Optional[str]:
            seen = self.state()
            return seen if seen in states else None

        return wait_until(look, f"OctoPrint in {' or '.join(states)}", deadline_s)

    def rest(self) -> None:
        """No print, and the printer connected."""
        if self.state() in ("Printing", "Paused", "Pausing", "Resuming", "Starting"):
            self.post("/api/job", command="cancel")
        wait_until(lambda: self.state() in ("Operational", "Offline", "Error"), "an OctoPrint at rest", 60)
        if self.state() != "Operational":
            self.post("/api/connection", command="connect", port="VIRTUAL", autoconnect=True)
        self.wait_for("Operational")

    def take_back_key_of(self, app: str) -> bool:
        """Revokes the application key of that name; whether there was one."""
        listed = self.get("/api/plugin/appkeys").json()["keys"]
        if not any(entry["app_id"] == app for entry in listed):
            return False
        answer = self.post("/api/plugin/appkeys", command="revoke", app=app, user=self.user)
        assert answer.ok, answer.text
        return True


@contextmanager
def browser_page(width_px: int = 1280, height_px: int = 900) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            page = browser.new_page(viewport={"width": width_px, "height": height_px})
            # OctoPrint's first page after a start takes long on a busy machine.
            page.set_default_timeout(DEADLINE_MS)
            yield page
        finally:
            browser.close()


def allow(octoprint: OctoPrint, picture: str) -> None:
    """What its user does in a browser: open OctoPrint, log in, press Allow on what it asks."""
    with browser_page() as page:
        page.goto(octoprint.url)
        page.fill("#login-user", octoprint.user)
        page.fill("#login-password", octoprint.password)
        page.click("#login-button")
        question = page.locator(".ui-pnotify", has_text="Access Request")
        question.wait_for()
        page.screenshot(path=picture)
        question.get_by_role("button", name="Allow").click()
        question.wait_for(state="detached")
