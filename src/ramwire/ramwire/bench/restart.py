"""Does a client live on when its server is killed under a call, and another one started?"""

from __future__ import annotations

import threading
from collections.abc import Collection

from ramwire.bench.contenders import PATIENCE_S, Caller, Contender
from ramwire.bench.ground import Ground
from ramwire.bench.serving import ServerProcess
from ramwire.bench.workload import ANSWER, ARGUMENTS

UNTIL_THE_KILL_S = 0.2


def survives_restart(contender: Contender, ground: Ground, cpus: Collection[int]) -> bool:
    """True if the same client, with nothing done to it, gets an answer from the next server."""
    ends = contender.ends()
    address = ends.address(contender.name, ground)
    with ServerProcess(contender.module, address, cpus) as first:
        first.ready()
        caller = ends.connect(address)
        try:
            _lose(caller, first)
            with ServerProcess(contender.module, address, cpus) as second:
                second.ready()
                answer = caller.call("get", ARGUMENTS)
                return contender.is_bare or answer == ANSWER
        except Exception:  # noqa: BLE001 - each contender has errors of its own, and any of them is a no
            return False
        finally:
            caller.close()


def _lose(caller: Caller, server: ServerProcess) -> None:
    """A call that has begun loses its server, and ends somehow."""
    killer = threading.Timer(UNTIL_THE_KILL_S, server.kill)
    killer.start()
    try:
        caller.call("sleep", {"seconds": PATIENCE_S})
    except Exception:  # noqa: BLE001, S110 - how it tells is its own affair
        pass
    finally:
        killer.join()
