"""XML-RPC at the server, with the `nil` of its common extension.

A request needs no document type, and one that has it is refused: without it there are no entities, which is
what bombs of XML are made of.
"""

from __future__ import annotations

import re
import xmlrpc.client
from collections.abc import Sequence
from typing import NoReturn
from xml.parsers import expat

from ramwire import line as lines
from ramwire.errors import BadMessage, RemoteError
from ramwire.http import styles, values
from ramwire.http.styles import Asking, Outcome, Reply

MEDIA_TYPE = "text/xml"

_LONGEST_NUMBER = 400
_ENCODINGS = frozenset(("utf-8", "utf-16", "iso-8859-1", "us-ascii"))

_not_in_xml = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class MethodCall(Asking):
    """One call; `failed` is the answer where it cannot be run."""

    def __init__(self, line: bytes | None, failed: xmlrpc.client.Fault | None = None) -> None:
        self.lines = [] if line is None else [line]
        self._failed = failed

    def reply(self, outcomes: Sequence[Outcome]) -> Reply:
        if self._failed is not None:
            return _fault(self._failed)
        (outcome,) = outcomes
        if outcome.error is not None:
            error = styles.told(outcome.error)
            return _fault(xmlrpc.client.Fault(styles.code_of(error), str(error)))
        try:
            return _reply(_written(outcome.value))
        except BadMessage as cannot:
            return _fault(xmlrpc.client.Fault(styles.INTERNAL, str(RemoteError(str(cannot), "BadMessage"))))


def read(body: bytes) -> MethodCall:
    """The call in a body."""
    try:
        method, params = _parsed(body)
    except Exception as error:  # noqa: BLE001 - the standard library's reader raises whatever comes up
        return _broken(styles.NOT_READABLE, f"the request is not XML-RPC: {error}")
    if method is None:
        return _broken(styles.NO_REQUEST, "the request has no methodName")
    try:
        lines.check_verb(method)
    except BadMessage as error:
        return _broken(styles.UNKNOWN_VERB, str(error))
    try:
        return MethodCall(lines.encode(method, params))
    except BadMessage as error:
        return _broken(styles.WRONG_ARGUMENTS, str(error))


def _broken(code: int, text: str) -> MethodCall:
    return MethodCall(None, xmlrpc.client.Fault(code, f"BadMessage: {text}"))


class _Reader(xmlrpc.client.Unmarshaller):
    """The standard library's, which would read a number of a million digits in minutes."""

    def end(self, tag: str) -> None:
        if tag in _NUMBERS and sum(map(len, self._data)) > _LONGEST_NUMBER:
            raise ValueError(f"a number has more than {_LONGEST_NUMBER} digits")
        super().end(tag)


_NUMBERS = frozenset(("int", "i1", "i2", "i4", "i8", "biginteger", "bigdecimal", "double", "float"))


def _parsed(body: bytes) -> tuple[str | None, tuple[object, ...]]:
    reader, parser = _Reader(), expat.ParserCreate()
    reader.xml(None, None)  # type: ignore[arg-type] # texts come as str, which have no encoding any more
    parser.XmlDeclHandler = _check_encoding
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.Parse(body, True)
    params = reader.close()
    return reader.getmethodname(), tuple(params)


def _check_encoding(version: str, encoding: str | None, standalone: int) -> None:
    """For any other Python would look for a codec, and import it."""
    del version, standalone
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise ValueError("it is encoded in something else than UTF-8, UTF-16, ISO-8859-1 or ASCII")


def _refuse_doctype(*_: object) -> NoReturn:
    raise ValueError("it has a document type, and needs none")


def _written(value: object) -> str:
    values.write(value)  # what the other styles cannot carry, this one shall not
    try:
        text = xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True)  # type: ignore[arg-type]
    except (TypeError, OverflowError, ValueError, RecursionError) as error:
        raise BadMessage(f"a {type(value).__name__} cannot be written as XML-RPC: {error}") from error
    alien = _not_in_xml.search(text)
    if alien:
        raise BadMessage(f"the character {alien[0]!r} cannot be written as XML-RPC")
    return text


def _fault(fault: xmlrpc.client.Fault) -> Reply:
    fault.faultString = _not_in_xml.sub("?", fault.faultString)
    return _reply(xmlrpc.client.dumps(fault, methodresponse=True))


def _reply(text: str) -> Reply:
    # A reader of XML takes a bare carriage return for a newline.
    return Reply(200, f"{MEDIA_TYPE}; charset=utf-8", text.replace("\r", "&#13;").encode())
