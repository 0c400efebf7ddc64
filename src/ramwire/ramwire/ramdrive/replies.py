"""Formats of replies: what each kind of file in `client/` holds."""

from __future__ import annotations

import os
import threading
import warnings

from ramwire import pickles
from ramwire.errors import BadMessage
from ramwire.ramdrive import files
from ramwire.ramdrive.names import RequestName
from ramwire.ramdrive.place import Place

MAX_REPLY_BYTES = 64 << 20

_importing = threading.Lock()


def publish(place: Place, name: RequestName, value: object) -> None:
    """Make the reply appear, in the format that the request's name asks for. Raises `BadMessage`, OSError."""
    if name.extension == "json":
        _publish_json(place, name, value)
    elif name.extension == "txt":
        place.publish(name.reply.encode(), place.client, str(value).encode(errors="replace"))
    else:
        place.publish(name.reply.encode(), place.client, pickles.dumps(value))


def _publish_json(place: Place, name: RequestName, value: object) -> None:
    hidden = place.hidden_name(b"json")
    with files.full_drive_is_an_error(name.reply):
        try:
            os.close(files.create(hidden, place.lanes))  # 0600: mpu opens with the umask's mode
            try:
                _mpu_write(f"/proc/self/fd/{place.lanes}/{os.fsdecode(hidden)}", value)
            except (TypeError, ValueError, RecursionError) as error:
                raise BadMessage(f"the value cannot be written as JSON: {error}") from error
            os.rename(hidden, name.reply, src_dir_fd=place.lanes, dst_dir_fd=place.client)
        except BaseException:
            files.remove(hidden, place.lanes)
            raise


def _mpu_write(path: str, value: object) -> None:
    with _importing, warnings.catch_warnings():
        # mpu imports pkg_resources, which warns; and takes 0.1 s, so that only who needs it waits.
        warnings.simplefilter("ignore")
        import mpu.io  # noqa: PLC0415

    mpu.io.write(path, value)
