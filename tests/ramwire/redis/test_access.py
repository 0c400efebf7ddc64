"""Who may, and who is told why not: passwords, users with few rights, TLS. A password is never shown."""

from __future__ import annotations

import logging
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import ramwire.redis
from ramwire.testing import ServiceProcess

import ramwire

from .running import Redis, Tls

PASSWORD = "k9-hidden-%40%2F%3F"
PLAIN = "k9-hidden-@/?"
RIGHTS = (
    "~ramwire:* &ramwire:* &service -@all "
    "+hello +auth +ping +select +client|setname "
    "+subscribe +unsubscribe +publish +pubsub|numsub +pubsub|channels "
    "+xadd +xread +xreadgroup +xack +xdel +xrange +xlen +xpending +xtrim +xgroup|create +xgroup|delconsumer "
    "+xinfo|consumers +get +mget +set +del +pexpire +time +multi +exec +watch +unwatch +info"
)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Redis]:
    """The default user is off; `printer` has the rights that the protocol's page lists."""
    accounts = tmp_path / "users.acl"
    accounts.write_text(
        f"user default off\nuser printer on >{PLAIN} {RIGHTS}\nuser guest on nopass -@all +hello\n"
    )
    with Redis(tmp_path, "--aclfile", str(accounts)) as redis:
        yield redis


def test_rights_in_the_protocol_suffice(guarded: Redis) -> None:
    url = guarded.url(account=f"printer:{PASSWORD}@")
    with ServiceProcess(url) as service, ramwire.Client(url, timeout=10.0) as client:
        assert client.call("pid") == service.pid
        client.notify("note", 1)
        with pytest.raises(ramwire.Timeout):
            client.call("park", "x", timeout=0.5)
        assert [each.pid for each in ramwire.redis.services(url)] == [service.pid]
        assert ramwire.diagnose(url).healthy
        service.stop()
    with (
        ramwire.Channel(url, end="server") as server,
        ramwire.Channel(url, end="client") as end,
    ):
        end.send("ahoy", timeout=10.0)
        assert server.recv(timeout=10.0) == "ahoy"


def test_rights_stand_in_the_protocol() -> None:
    page = (Path(__file__).parents[3] / "docs" / "protocol" / "redis.md").read_text()
    assert " ".join(RIGHTS.split()) in " ".join(page.split())


def test_password_may_come_from_a_file(guarded: Redis, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PLAIN + "\n")
    url = guarded.url(account="printer@", options=f"&passwordfile={file}")
    with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
        assert client.call("add", 2, 5) == 7


def test_missing_password_file_is_refused(guarded: Redis, tmp_path: Path) -> None:
    with pytest.raises(ramwire.Refused, match="password cannot be read"):
        ramwire.Client(guarded.url(options=f"&passwordfile={tmp_path}/none"))


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ("", "asks for a password"),
        (f"printer:{PASSWORD}-wrong@", "does not accept this user and password"),
        (f"nobody:{PASSWORD}@", "does not accept this user and password"),
        (f"guest:{PASSWORD}@", "guest"),
    ],
)
def test_who_may_not_is_refused_at_once_and_told_why(guarded: Redis, account: str, words: str) -> None:
    url = guarded.url(account=account)
    with ramwire.Client(url, timeout=60.0) as client, pytest.raises(ramwire.Refused, match=words):
        client.call("add", 2, 5)
    with pytest.raises(ramwire.Refused, match=words):
        ramwire.Server(url).start()
    with pytest.raises(ramwire.Refused, match=words):
        ramwire.redis.services(url)
    assert any(words in each.what for each in ramwire.diagnose(url).findings)


def test_channel_that_may_not_is_refused(guarded: Redis) -> None:
    with ramwire.Channel(guarded.url(account=f"printer:{PASSWORD}-wrong@"), end="server") as channel:
        with pytest.raises(ramwire.Refused, match="does not accept"):
            channel.recv(timeout=60.0)
        with pytest.raises(ramwire.Refused, match="does not accept"):
            channel.send("ahoy", timeout=60.0)


def test_password_is_nowhere_to_be_read(guarded: Redis, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown = []
    urls = [guarded.url(account=f"{who}:{PASSWORD}@") for who in ("printer", "nobody")]
    urls += [
        f"redis://printer:{PASSWORD}@127.0.0.1:1/0?service=a",
        f"redis://printer:{PASSWORD}@h:x/0?service=a",
    ]
    urls += [
        f"redis://printer:{PASSWORD}@h:1/0",
        f"rediss://printer:{PASSWORD}@127.0.0.1:{guarded.port}/0?service=a",
    ]
    for url in urls:
        for what in ("call", "serve", "list", "listen", "doctor"):
            try:
                if what == "call":
                    with ramwire.Client(url, timeout=0.2) as client:
                        shown += [
                            repr(client),
                            client.url,
                            repr(vars(client)),
                            repr(vars(vars(client)["_wire"])),
                        ]
                        client.call("add", 1, 2)
                elif what == "serve":
                    with ramwire.Server(url) as server:
                        shown += [repr(server), server.url, repr(vars(server))]
                elif what == "list":
                    shown.append(repr(ramwire.redis.services(url, timeout=0.2)))
                elif what == "listen":
                    with ramwire.Channel(url, end="client") as channel:
                        shown += [repr(channel), channel.url, repr(vars(channel))]
                        channel.recv(timeout=0.2)
                else:
                    shown.append(repr(ramwire.diagnose(url)))
            except ramwire.WireError as error:
                shown.append("".join(traceback.format_exception(type(error), error, error.__traceback__)))
                shown.append(repr(error))
    guarded.kill()
    shown += [record.getMessage() for record in caplog.records]
    assert len(shown) > len(urls)
    # The lines of this test itself stand in a traceback: they name the constant, not its value.
    text = "\n".join(shown)
    assert "k9-hidden" not in text


def test_command_shows_no_password(guarded: Redis) -> None:
    url = guarded.url(account=f"nobody:{PASSWORD}@")
    for command in (["call", url, "add"], ["doctor", url], ["echo", url], ["ping", url, "-c", "1"]):
        done = subprocess.run(
            [sys.executable, "-m", "ramwire", *command],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert done.returncode != 0
        assert "does not accept" in done.stdout + done.stderr
        assert "k9-hidden" not in done.stdout + done.stderr


# TLS.


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    return Tls(tmp_path)


def test_certificate_of_an_unknown_authority_is_refused_at_once(tls: Tls, tmp_path: Path) -> None:
    with Redis(tmp_path, tls=tls) as redis:
        url = redis.url().replace(f"&ca={tls.ca}", "")
        with ramwire.Client(url, timeout=60.0) as client, pytest.raises(ramwire.Refused, match=r"\?ca=FILE"):
            client.call("add", 1, 2)
        with pytest.raises(ramwire.Refused, match="certificate"):
            ramwire.Server(url).start()


def test_certificate_of_another_host_is_refused(tls: Tls, tmp_path: Path) -> None:
    with Redis(tmp_path, tls=tls) as redis:
        url = redis.url().replace("127.0.0.1", "localhost")
        with ramwire.Client(url, timeout=60.0) as client, pytest.raises(ramwire.Refused, match="this host"):
            client.call("add", 1, 2)


def test_redis_that_wants_a_certificate_gets_one(tls: Tls, tmp_path: Path) -> None:
    with Redis(tmp_path, "--tls-auth-clients", "yes", tls=tls) as redis:
        with (
            ramwire.Client(redis.url(), timeout=60.0) as client,
            pytest.raises(ramwire.Refused, match="cert="),
        ):
            client.call("add", 1, 2)
        url = redis.url(options=f"&cert={tls.cert}&key={tls.key}")
        with ServiceProcess(url), ramwire.Client(url, timeout=10.0) as client:
            assert client.call("add", 2, 5) == 7


def test_tls_to_a_port_without_it_is_told(redis: Redis) -> None:
    """Redis waits for the end of a line that never comes."""
    url = redis.url().replace("redis:", "rediss:")
    with ramwire.Client(url, timeout=0.3) as client, pytest.raises(ramwire.Timeout, match=r"speak TLS\?"):
        client.call("add", 1, 2)


def test_no_tls_to_a_port_with_it_is_told(tls: Tls, tmp_path: Path) -> None:
    with Redis(tmp_path, tls=tls) as redis:
        url = f"redis://127.0.0.1:{redis.port}/0?service=a"
        with ramwire.Client(url, timeout=0.3) as client, pytest.raises(ramwire.Timeout, match="want TLS"):
            client.call("add", 1, 2)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("redis://127.0.0.1:6379/0", "needs .service=NAME"),
        ("redis://127.0.0.1:6379/0?service=a{b}", "needs .service=NAME"),
        ("redis://127.0.0.1:port/0?service=a", "must be numbers"),
        ("redis://127.0.0.1:1/zero?service=a", "must be numbers"),
        ("redis:127.0.0.1?service=a", "must read redis://HOST"),
        ("redis://?service=a", "must read redis://HOST"),
        ("redis://127.0.0.1/0?service=a&ca=/x", "ca is for rediss"),
        ("rediss://127.0.0.1/0?service=a&ca=/not/there", "cannot be read"),
        ("redis://127.0.0.1/0?service=a&ttl=soon", "not a number of seconds"),
    ],
)
def test_wrong_address_is_told_what_it_lacks(address: str, words: str) -> None:
    with pytest.raises(ramwire.Refused, match=words):
        ramwire.Client(address)
