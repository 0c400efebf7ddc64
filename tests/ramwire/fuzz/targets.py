"""The parsers, and what is promised of each for any bytes at all."""

from __future__ import annotations

import codecs
import datetime
import decimal
import fractions
import pickle
import pickletools
import uuid
from collections import OrderedDict
from contextlib import suppress

from ramwire.connection import literal
from ramwire.fifo import answers
from ramwire.fifo.framings import FRAMINGS
from ramwire.http import calls, jsonrpc, xmlrpc
from ramwire.jsonfile import document
from ramwire.jsonfile import records as seat_records
from ramwire.ramdrive import names, records
from ramwire.redis import entries
from ramwire.redis import values as redis_values

import ramwire
from ramwire import line, pickles, remote, url

from .target import Target, untouched

for _name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
    codecs.lookup(_name)  # Python imports them on first use, and nobody is to be blamed for that

_PICKLED = (
    {"state": "Printing", "celsius": [204.9, 205.0]},
    {1, frozenset("ab"), (1, b"x", None)},
    [bytearray(b"x"), 1 + 2j, OrderedDict(a=1), decimal.Decimal("1.50"), fractions.Fraction(1, 3)],
    (datetime.datetime(2026, 11, 21, tzinfo=datetime.timezone.utc), datetime.timedelta(1), uuid.UUID(int=7)),
    ["add", 2, 5],
    ValueError("bed must be 0 to 120"),
)
_SEED_PICKLES = tuple(
    pickletools.optimize(pickle.dumps(value, protocol)) for value in _PICKLED for protocol in (0, 2, 4)
)
# Found: one long text named many times; a frame that ends in another's.
_FOUND_PICKLES = (
    b"cexceptions\nValueError\n(X\x09\0\0\0long textq\0" + b"h\0" * 20 + b"tR.",
    b"\x80\x04\x95\x0b\0\0\0\0\0\0\0\x95\x07\0\0\0\0\0\0\0C\x07Nr\xff\xff\x01\0..",
)
_SEED_JSON = (b'{"a":[1,-2.5e3,"\\u00e9\\ud83d",null,true]}', b"[" * 50, b"1e999", b"9" * 1001, b"NaN")
_SEED_LINES = (
    b"Hello\n",
    b"status\n",
    b"add [2, 5]\n",
    b'job.start {"key":"ABC"}\r\n',
    *(b"echo " + json for json in _SEED_JSON),
)


def check_line(data: bytes) -> None:
    try:
        with untouched():
            request = line.decode(data)
    except ramwire.BadMessage:
        return
    assert line.check_verb(request.verb) == request.verb
    assert not (request.positional and request.named)
    # What was understood can be said, and means the same then.
    again = line.decode(line.encode(request.verb, request.positional, request.named))
    assert (again.verb, list(again.positional), again.named) == (
        request.verb,
        list(request.positional),
        request.named,
    )


def check_pickle(data: bytes) -> None:
    for read in (pickles.loads_foreign, pickles.loads_answer):
        with untouched(), suppress(ramwire.BadMessage):
            read(data)


def check_name(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    name = names.parse(text)
    if name is not None:
        assert name.text == text
        assert len(name.reply) <= len(name.error) + 1 <= 255
        assert "/" not in text
        assert name.order == (name.time, int(name.number), text)


def check_records(data: bytes) -> None:
    assert sum(len(kind) + len(name) + len(value) for kind, name, value in records.split(data)) <= len(data)
    told = records.line_of(data)
    assert told == b"" or (told.endswith(b"\n") and told.count(b"\n") == 1)
    list(seat_records.split(data))


def check_url(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert url.without_password(f"redis://user:{text}@host:1/0") == "redis://user:***@host:1/0"
    try:
        address = url.parse(text)
    except ramwire.Refused:
        return
    assert address.scheme
    with suppress(ramwire.Refused):
        assert 0 <= address.seconds("stale", 10.0) < float("inf")


def check_error(data: bytes) -> None:
    error = remote.read_error(data)
    assert remote.read_error(str(error).encode(errors="replace")).text is not None


def check_framings(data: bytes) -> None:
    """In one piece or in many, the same messages are found."""
    for framing in FRAMINGS.values():
        whole, pieces = framing.decoder(lambda _: None, 4096), framing.decoder(lambda _: None, 4096)
        messages = whole.feed(data)
        step = 1 + len(data) % 7
        found = [message for at in range(0, len(data), step) for message in pieces.feed(data[at : at + step])]
        assert found == messages
        for message in messages:
            with suppress(ramwire.BadMessage):
                assert framing.decoder(lambda _: None).feed(framing.encode(message)) == [message]
            with untouched(), suppress(ramwire.BadMessage):
                answers.record_of(message)
        for decoder in (whole, pieces):
            decoder.drained()
            decoder.ended()
            assert decoder.unfinished_bytes == 0


def check_jsonfile(data: bytes) -> None:
    with untouched(), suppress(document.Broken):
        document.decode(data)


def check_connection(data: bytes) -> None:
    with untouched(), suppress(ramwire.BadMessage, ramwire.RemoteError):
        request = literal.request_line(data)
        line.decode(request)
    with untouched(), suppress(ramwire.BadMessage, ramwire.RemoteError):
        literal.value(data)


def check_jsonrpc(data: bytes) -> None:
    with untouched():
        for asked in jsonrpc.read(data).lines:
            with suppress(ramwire.BadMessage):
                line.decode(asked)
    with untouched(), suppress(ramwire.BadMessage, ramwire.RemoteError):
        calls.answer(data)


def check_xmlrpc(data: bytes) -> None:
    with untouched():
        for asked in xmlrpc.read(data).lines:
            with suppress(ramwire.BadMessage):
                line.decode(asked)


def check_redis(data: bytes) -> None:
    kind, _, rest = data.partition(b"\n")
    fields = data.split(b"\0")
    with untouched():
        with suppress(ramwire.BadMessage):
            entries.read_request(b"1-0", fields)
        with suppress(ramwire.BadMessage):
            entries.read_reply(fields)
        with suppress(ramwire.BadMessage):
            redis_values.read(kind, rest)


_SEED_NAMES = (
    b"20261121083000_1",
    b"20261121083000_10-abc.json",
    b"20261121083000_123456789-c1234567",
    b"20261121083000_" + b"9" * 240,
    b"-rf\n\xff",
)

TARGETS = (
    Target("line", check_line, _SEED_LINES),
    Target("pickle", check_pickle, _SEED_PICKLES + _FOUND_PICKLES),
    Target("name", check_name, _SEED_NAMES),
    Target(
        "records",
        check_records,
        (
            b"=" + _SEED_NAMES[2][:33].ljust(33, b"0") + b"0002N.+\nx1\n",
            records.record(b"r", _SEED_NAMES[2]) + b"status\n",
            seat_records.record(seat_records.ANSWERED),
        ),
    ),
    Target(
        "url",
        check_url,
        (
            b"ramdrive:/run/x?stale=10",
            b"redis://user:secret@host:6379/0?service=a",
            b"tcp::1",
            b":",
            b"a:?a=&a=",
        ),
    ),
    Target(
        "error",
        check_error,
        (b"ValueError: bed must be 0 to 120", b"no kind at all\n", b"a.b: c\nd", b"\xff"),
    ),
    Target(
        "framings",
        check_framings,
        (
            b"ok 7\nerror ValueError: no\n",
            b"X0004ok 7X00",
            b"\x04\0\0\0ok 7\xff\xff\xff\xffX",
            b"X\n\0\0\0X9999",
        ),
    ),
    Target(
        "jsonfile",
        check_jsonfile,
        (b'{"commands":{"u":{"command":"add","args":[2,5],"result":7}}}', b'{"commands":{}}x', *_SEED_JSON),
    ),
    Target("connection", check_connection, _SEED_PICKLES + _FOUND_PICKLES),
    Target(
        "jsonrpc",
        check_jsonrpc,
        (
            b'{"jsonrpc":"2.0","method":"add","params":[2,5],"id":1}',
            b'[{"jsonrpc":"2.0","method":"beep"},1,[]]',
            b'{"jsonrpc":"2.0","error":{"code":-1,"message":"m","data":{"kind":"K","text":"t"}},"id":1}',
            b'{"jsonrpc":"2.0","result":7,"id":1}',
            *_SEED_JSON,
        ),
    ),
    Target(
        "xmlrpc",
        check_xmlrpc,
        (
            b"<methodCall><methodName>add</methodName><params><param><int>2</int></param></params></methodCall>",
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall><methodName>&b;</methodName></methodCall>",
        ),
    ),
    Target(
        "redis",
        check_redis,
        (b"line\0add [2,5]\0client\0abc", b"note\0beep", b"json\n[1,2]", b"pickle\n" + _SEED_PICKLES[2]),
    ),
)
