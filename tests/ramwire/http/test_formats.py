"""Whatever bytes come, each parser ends in a value or in an error of its own."""

from __future__ import annotations

import json
import xmlrpc.client
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ramwire.http import calls, jsonrpc, posted, values
from ramwire.http import xmlrpc as ours
from ramwire.http.address import address_of, is_loopback
from ramwire.http.gate import Gate, Head, Refusal
from ramwire.http.styles import Asking, Outcome
from ramwire.url import parse

import ramwire
from ramwire import line as lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
VERBS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,20}", fullmatch=True)
XML_TEXT = st.text(st.characters(min_codepoint=32, codec="utf-8", exclude_characters="\ufffe\uffff"))
XML = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 31), (1 << 31) - 1) | XML_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(XML_TEXT, inner, max_size=4),
)


def outcomes(asking: Asking, value: object = None) -> list[Outcome]:
    """That every line came to this value."""
    return [Outcome(value) for _ in asking.lines]


@given(JSON)
def test_values_survive_json(value: Any) -> None:
    assert values.read("it", values.write(value)) == value


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_json_or_a_bad_message(data: bytes) -> None:
    try:
        value = values.read("it", data)
    except ramwire.BadMessage:
        return
    assert values.read("it", values.write(value)) == value


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_has_an_answer_of_json_rpc(body: bytes) -> None:
    document = jsonrpc.read(body)
    reply = document.reply(outcomes(document))
    assert reply.status in (200, 204)
    answers = json.loads(reply.body) if reply.body else []
    for answer in answers if isinstance(answers, list) else [answers]:
        assert answer["jsonrpc"] == "2.0"
        assert ("result" in answer) != ("error" in answer)


MESSAGES = st.fixed_dictionaries(
    {"jsonrpc": st.sampled_from(["2.0", "1.0", 2]) | JSON, "method": VERBS | JSON},
    optional={
        "params": st.lists(JSON, max_size=3) | st.dictionaries(st.text(), JSON, max_size=3) | JSON,
        "id": JSON,
    },
)


@given(st.lists(MESSAGES | JSON, min_size=1, max_size=6), JSON)
def test_each_message_of_a_batch_has_its_own_answer(batch: list[Any], value: Any) -> None:
    document = jsonrpc.read(json.dumps(batch).encode())
    reply = document.reply(outcomes(document, value))
    singles = [jsonrpc.read(json.dumps(message).encode()) for message in batch if message != []]
    expected = [json.loads(single.reply(outcomes(single, value)).body or b"null") for single in singles]
    if [] not in batch and not any(isinstance(message, list) for message in batch):
        assert json.loads(reply.body or b"[]") == [answer for answer in expected if answer is not None]


@given(VERBS, st.lists(JSON, max_size=3) | st.dictionaries(st.text(), JSON, min_size=1, max_size=3), JSON)
def test_our_two_ends_understand_each_other(verb: str, args: Any, value: Any) -> None:
    line = lines.encode(verb, (), args) if isinstance(args, dict) else lines.encode(verb, args)
    document = jsonrpc.read(calls.call(line))
    assert [lines.decode(asked) for asked in document.lines] == [lines.decode(line)]
    assert calls.answer(document.reply(outcomes(document, value)).body) == value
    assert jsonrpc.read(calls.note(line)).is_note


@given(VERBS, st.text(), st.sampled_from([ValueError, KeyError, ramwire.RemoteError, OSError]))
def test_what_a_verb_raises_survives_json(verb: str, text: str, kind: type[Exception]) -> None:
    document = jsonrpc.read(calls.call(lines.encode(verb)))
    error = kind(text)
    with pytest.raises(ramwire.RemoteError) as caught:
        calls.answer(document.reply([Outcome(error=error)]).body)
    told = str(error).encode(errors="replace").decode().rstrip("\n")
    assert (caught.value.kind, caught.value.text) == (kind.__name__, told)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_an_answer_or_an_error(body: bytes) -> None:
    try:
        calls.answer(body)
    except (ramwire.BadMessage, ramwire.RemoteError):
        return
    assert json.loads(body)["id"] == 1


@given(VERBS, JSON)
def test_posted_body_is_the_arguments(verb: str, args: Any) -> None:
    (line,) = posted.read(verb, json.dumps(args, indent=1).encode()).lines
    wanted = args if isinstance(args, (list, dict)) else [args]
    assert lines.decode(line) == (
        (verb, (), wanted) if isinstance(wanted, dict) else (verb, wanted or (), {})
    )


@given(st.text(max_size=40), st.binary(max_size=200))
def test_anything_posted_has_an_answer(verb: str, body: bytes) -> None:
    asking = posted.read(verb, body)
    reply = asking.reply(outcomes(asking))
    assert reply.status in (200, 204, 400, 404)


@given(VERBS, st.lists(XML, max_size=3), XML)
def test_values_survive_xml(verb: str, args: list[Any], value: Any) -> None:
    asking = ours.read(xmlrpc.client.dumps(tuple(args), verb, allow_none=True).encode())
    (line,) = asking.lines
    assert lines.decode(line) == (verb, args or (), {})
    (back,), _ = xmlrpc.client.loads(asking.reply([Outcome(value)]).body)
    assert back == value


@given(
    st.binary(max_size=300) | st.text("<>/?!&;#[]= methodCallNameparsvluitng1", max_size=300).map(str.encode)
)
def test_any_bytes_have_an_answer_of_xml_rpc(body: bytes) -> None:
    asking = ours.read(body)
    if not asking.lines:
        with pytest.raises(xmlrpc.client.Fault):
            xmlrpc.client.loads(asking.reply([]).body)


@given(st.text())
def test_any_error_is_a_fault_of_xml_rpc(text: str) -> None:
    asking = ours.read(b"<methodCall><methodName>x</methodName></methodCall>")
    with pytest.raises(xmlrpc.client.Fault) as caught:
        xmlrpc.client.loads(asking.reply([Outcome(error=ValueError(text))]).body)
    assert caught.value.faultCode == -32000


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(rest: str) -> None:
    try:
        address = address_of(parse(f"http:{rest}"))
    except ramwire.Refused:
        return
    assert 0 < address.port < 65536


@given(st.ip_addresses(), st.integers(1, 65535))
def test_every_number_is_an_address(number: Any, port: int) -> None:
    host = f"[{number}]" if number.version == 6 else str(number)
    address = address_of(parse(f"http://{host}:{port}/"))
    assert (address.host, address.port, address.authority) == (str(number), port, f"{host}:{port}")
    mapped = getattr(number, "ipv4_mapped", None)
    assert is_loopback(address.host) == (mapped or number).is_loopback


@given(st.text(max_size=40))
def test_any_host_is_let_in_or_refused(host: str) -> None:
    gate = Gate(frozenset(("localhost",)), None)
    head = Head("POST", "/verbs/echo", "HTTP/1.1", {"Host": host, "Content-Type": "application/json"})
    found = gate.check(head)
    if isinstance(found, Refusal):
        assert found.status in (400, 421)
    else:
        name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
        assert name.lower() == "localhost" or is_loopback(name.strip("[]"))


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_target_is_a_way_or_refused(target: str, method: str) -> None:
    found = Gate(None, None).check(Head(method, target, "HTTP/1.0", {}))
    assert not isinstance(found, Refusal) or found.status in (404, 405)
