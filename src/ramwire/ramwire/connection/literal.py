"""What programs send and receive that know `multiprocessing.connection` and nothing of us: pickled plain
values.
"""

from __future__ import annotations

import builtins
import pickle

from ramwire import line as lines
from ramwire import pickles
from ramwire.errors import BadMessage, RemoteError
from ramwire.line import MAX_LINE_BYTES
from ramwire.remote import read_error

_PROTOCOL = 4


def request_line(data: bytes) -> bytes:
    """The line that a foreign client's pickled list asks for. Raises `BadMessage`."""
    request = pickles.loads_foreign(data)
    if not isinstance(request, (list, tuple)) or not request or not isinstance(request[0], str):
        raise BadMessage("a request is the list [verb, argument, …], its verb a string")
    _check_size(request)
    line = lines.encode(request[0], request[1:])
    if len(line) > MAX_LINE_BYTES:
        raise BadMessage(f"the request has {len(line)} bytes; {MAX_LINE_BYTES} are the most")
    return line


def _check_size(request: object) -> None:
    """A pickle may name one list a thousand times, and that another so often: each would be written out."""
    left, waiting = MAX_LINE_BYTES, [request]
    while waiting:
        value = waiting.pop()
        left -= len(value) if isinstance(value, (str, list, tuple, dict)) else 0
        if left < 0:
            raise BadMessage(f"the request would have more than {MAX_LINE_BYTES} bytes, which are the most")
        if isinstance(value, (list, tuple)):
            waiting += value
        elif isinstance(value, dict):
            waiting += (*value, *value.values())


def request_list(line: bytes) -> bytes:
    """The pickled list that a foreign server gets. Raises `BadMessage` for named arguments."""
    verb, positional, named = lines.decode(line)
    if named:
        raise BadMessage(f"{verb}: the server is none of ours, and takes arguments by position only")
    return pickle.dumps([verb, *positional], _PROTOCOL)


def error_value(text: bytes) -> bytes:
    """The pickled exception that a foreign client gets as the value: of its own class where Python has that
    one, else a RuntimeError whose text begins with the class's name.
    """
    error = read_error(text)
    kind = getattr(builtins, error.kind, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        try:
            return pickle.dumps(kind(error.text), _PROTOCOL)
        except TypeError:  # a UnicodeError, say, is not made of a text
            pass
    return pickle.dumps(RuntimeError(str(error)), _PROTOCOL)


def value(data: bytes) -> object:
    """What a foreign server has sent. Raises the `RemoteError` for a pickled exception, and `BadMessage`."""
    answer = pickles.loads_answer(data)
    if isinstance(answer, RemoteError):
        raise answer
    return answer
