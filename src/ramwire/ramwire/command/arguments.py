"""What may stand on the command line. Nothing is imported here that a subcommand alone needs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

from ramwire.command.outcome import tell

DEFAULT_TIMEOUT_S = 2.0

EXIT_CODES = """exit codes: 0 done; 1 the verb raised; 2 wrong usage; 3 nobody there, or lost on the way;
4 timed out; 5 refused"""

URL_HELP = "the service's address, as ramdrive:/home/pi/ramdrive/alice"

CHANNEL_URL_HELP = "the channel's address, as fifo:/dev/shm/talk"

VALUE_HELP = """JSON, or @FILE for the text of a file (the value in it where FILE ends in .json), or @- for
stdin; a secret belongs in a file, for arguments show in ps"""


if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


class _ShowVersion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from ramwire.command.version import own_version  # noqa: PLC0415 - slow to import, seldom asked for

        tell(own_version())
        parser.exit()


def command_line() -> argparse.ArgumentParser:
    """What understands the command line, with all that its help says."""
    parser = argparse.ArgumentParser(
        prog="ramwire",
        description="Talk to services by verbs: over files, pipes, sockets, shared memory, Redis or HTTP.",
        epilog=EXIT_CODES,
    )
    parser.add_argument(
        "--version",
        action=_ShowVersion,
        nargs=0,
        default=argparse.SUPPRESS,
        help="show which ramwire this is",
    )
    # Told its prog, argparse need not format a usage to find it out.
    subparsers = parser.add_subparsers(prog="ramwire", dest="command", metavar="COMMAND", required=True)
    for add in (_echo, _serve, _call, _ping, _listen, _send, _doctor, _bench, _completion):
        add(subparsers)
    return parser


def parse(argv: Optional[Sequence[str]] = None) -> tuple[str, dict[str, object]]:
    """The subcommand's name and its arguments by name. Wrong usage exits with 2."""
    parser = command_line()
    namespace, rest = parser.parse_known_args(argv)
    given: dict[str, object] = vars(namespace)
    name = str(given.pop("command"))
    if name == "call":
        # argparse leaves JSON that stands behind an option, and takes -1e3 for one.
        given["json"] = namespace.json + [text for text in rest if _may_be_json(text)]
        rest = [text for text in rest if not _may_be_json(text)]
    if rest:
        parser.error(f"{name} does not know {' '.join(rest)}")
    return name, given


def _may_be_json(text: str) -> bool:
    return not text.startswith("-") or text[1:2].isdecimal()


def _add(subparsers: Subparsers, name: str, description: str) -> argparse.ArgumentParser:
    return subparsers.add_parser(name, help=description, description=description, epilog=EXIT_CODES)


def _add_with_url(
    subparsers: Subparsers, name: str, description: str, url_help: str = URL_HELP
) -> argparse.ArgumentParser:
    parser = _add(subparsers, name, description)
    parser.add_argument("url", metavar="URL", help=url_help)
    return parser


def _add_timeout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout",
        dest="timeout_s",
        metavar="S",
        type=_positive_s,
        default=DEFAULT_TIMEOUT_S,
        help="seconds to wait for the other end (default %(default)s)",
    )


def _echo(subparsers: Subparsers) -> None:
    _add_with_url(subparsers, "echo", "to try a wire: serve echo, add, multiply, upper, sleep and fail")


def _serve(subparsers: Subparsers) -> None:
    parser = _add_with_url(subparsers, "serve", "serve an object's public methods, or a Server's verbs")
    parser.add_argument(
        "target",
        metavar="MODULE:NAME",
        help="an object, a class (one is made without arguments) or a ramwire.Server, looked for here first",
    )


def _call(subparsers: Subparsers) -> None:
    parser = _add_with_url(subparsers, "call", "ask for a verb and print its answer as JSON")
    parser.add_argument("verb", metavar="VERB", help="as status or job.start")
    parser.add_argument(
        "json", metavar="JSON", nargs="*", default=[], help=f"one argument each: {VALUE_HELP}"
    )
    parser.add_argument(
        "--named",
        metavar="NAME=JSON",
        action="append",
        default=[],
        help="a named argument, instead of JSON by position; may be repeated",
    )
    parser.add_argument(
        "--raw", action="store_true", help="print a text without its quotes, and bytes as they are"
    )
    _add_timeout(parser)


def _ping(subparsers: Subparsers) -> None:
    parser = _add_with_url(subparsers, "ping", "measure round trips of the handshake")
    parser.add_argument(
        "-c", dest="times", metavar="N", type=_count, default=4, help="how many (default 4; 0: until stopped)"
    )
    parser.add_argument(
        "-i",
        dest="interval_s",
        metavar="S",
        type=_not_negative_s,
        default=0.2,
        help="seconds between two (default %(default)s)",
    )
    _add_timeout(parser)


def _listen(subparsers: Subparsers) -> None:
    parser = _add_with_url(
        subparsers, "listen", "print what comes over a channel, one message a line", CHANNEL_URL_HELP
    )
    _add_end(parser, "server")
    parser.add_argument(
        "-c", dest="times", metavar="N", type=_count, default=0, help="how many (default: until stopped)"
    )


def _send(subparsers: Subparsers) -> None:
    parser = _add_with_url(subparsers, "send", "send a text over a channel", CHANNEL_URL_HELP)
    parser.add_argument("text", metavar="TEXT", help="the message; - for each line of stdin")
    _add_end(parser, "client")
    _add_timeout(parser)


def _add_end(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--end",
        choices=("server", "client"),
        default=default,
        help="which of the channel's ends this is (default %(default)s)",
    )


def _doctor(subparsers: Subparsers) -> None:
    _add_with_url(
        subparsers,
        "doctor",
        "what is there, who holds it, what is wrong, what to do",
    )


def _bench(subparsers: Subparsers) -> None:
    parser = _add(subparsers, "bench", "measure the wires beside what else is installed, in one run")
    parser.add_argument(
        "--wires",
        metavar="NAME,…",
        type=_names,
        default=("all",),
        help="the wires (default all that are here)",
    )
    parser.add_argument(
        "--against",
        metavar="NAME,…",
        type=_names,
        default=(),
        help="peers: all, or pyzmq, connection (of multiprocessing), redis-py, signals, octoprint (of which "
        "OCTOPRINT_URL and OCTOPRINT_API_KEY tell)",
    )
    parser.add_argument(
        "--measure",
        metavar="NAME,…",
        type=_names,
        default=("idle", "restart", "import"),
        help="what beside round trips: idle, restart, import (default), clients (eight at once), large (an "
        "answer of 1 MB); or all",
    )
    parser.add_argument(
        "--place",
        metavar="NAME,…",
        type=_names,
        default=("free", "same", "cross"),
        help="where the ends run: free (the kernel decides), same (CPU), cross (two CPUs); default all",
    )
    parser.add_argument(
        "--runs",
        metavar="N",
        type=_positive,
        default=3,
        help="servers started anew, per place (default %(default)s)",
    )
    parser.add_argument(
        "--idle",
        dest="idle_s",
        metavar="S",
        type=_positive_s,
        default=10.0,
        help="seconds at rest in which wake-ups are counted (default %(default)s)",
    )
    parser.add_argument(
        "--json", dest="json_file", metavar="FILE", default=None, help="write all figures there"
    )
    parser.add_argument(
        "--plot",
        dest="plot_file",
        metavar="FILE",
        default=None,
        help="draw p50 and p99 there, FILE ending in .svg or .png (needs matplotlib)",
    )


def _completion(subparsers: Subparsers) -> None:
    parser = _add(subparsers, "completion", "print what makes a shell complete this command")
    parser.add_argument("shell", choices=("bash", "zsh"))


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a whole number, 0 or more")
    return int(text)


def _positive(text: str) -> int:
    if _count(text) == 0:
        raise argparse.ArgumentTypeError("it must be 1 or more")
    return int(text)


def _not_negative_s(text: str) -> float:
    try:
        value_s = float(text)
    except ValueError:
        value_s = -1.0
    if not 0 <= value_s < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")
    return value_s


def _positive_s(text: str) -> float:
    value_s = _not_negative_s(text)
    if value_s == 0:
        raise argparse.ArgumentTypeError("it must be more than 0 seconds")
    return value_s
