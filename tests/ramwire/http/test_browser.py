"""A page in a real browser on the same machine tries all that a page can to have a verb run."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import ramwire

CHROMIUM = shutil.which("chromium")

FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests run as root, too
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP evil.example 127.0.0.1",
)

PAGE = """<!doctype html>
<iframe name="hidden"></iframe>
<form id="form" target="hidden" method="post" enctype="text/plain" action="{target}/verbs/note">
  <input name='["form", "' value='"]'>
</form>
<script>
const target = "{target}", body = '["page"]';
const call = JSON.stringify({{jsonrpc: "2.0", method: "note", params: ["page"]}});
const json = {{type: "application/json"}};
const plain = {{method: "POST", mode: "no-cors"}};
const tries = [
  () => fetch(target + "/verbs/note", {{...plain, body}}),
  () => fetch(target + "/verbs/note", {{method: "POST", body, headers: {{"Content-Type": json.type}}}}),
  () => fetch(target + "/jsonrpc", {{...plain, body: call}}),
  () => fetch(target + "/jsonrpc", {{...plain, body: new Blob([call], json)}}),
  () => fetch(target + "/verbs/parked", plain),
  () => fetch(target + "/verbs/note?[1]", {{mode: "no-cors"}}),
  () => navigator.sendBeacon(target + "/verbs/note", body),
  () => navigator.sendBeacon(target + "/verbs/note", new Blob([body], json)),
  () => new Promise((done) => {{
    document.querySelector("iframe").onload = done;
    document.getElementById("form").submit();
  }}),
];
(async () => {{
  const told = [];
  for (const attempt of tries) {{
    try {{
      const response = await attempt();
      told.push(response && response.status ? String(response.status) : "unseen");
    }} catch (error) {{
      told.push("blocked");
    }}
  }}
  await fetch("/done", {{method: "POST", body: told.join(" ")}});
}})();
</script>
"""


class Site:
    """A web site, whose one page attacks a target, and tells what came of it."""

    def __init__(self, target: str) -> None:
        self.told = ""
        self.done = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(PAGE.format(target=target).encode())

            def do_POST(self) -> None:
                site.told = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._reply(b"")
                site.done.set()

            def _reply(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site(request: pytest.FixtureRequest, port: int) -> Iterator[Site]:
    site = Site(request.param.format(port=port))
    yield site
    site.close()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("site", "refusal"),
    [("http://127.0.0.1:{port}", "refused: 403"), ("http://evil.example:{port}", "refused: 421")],
    indirect=["site"],
)
def test_page_has_no_verb_run(
    site: Site, refusal: str, client: ramwire.Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="ramwire.http.reception")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path}", f"http://evil.example:{site.port}/"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        assert site.done.wait(60), "the page did not come to its end"
        browser.terminate()
    assert client.call("notes") == []
    assert "200" not in site.told
    assert "204" not in site.told
    assert caplog.text.count(refusal) >= 5, "the browser itself has kept most from us"
