"""Inventory plugin: `-i pi.local` is a host, with no inventory file and no trailing comma."""

from __future__ import annotations

import os
import re

from ansible.plugins.inventory import BaseInventoryPlugin

DOCUMENTATION = r"""
name: bare_host
short_description: Takes a name that is no file for the one host to work on
description:
  - To Ansible C(-i pi.local) is the path of an inventory. Where there is no such file, and the name could be
    a host's or an address, this plugin makes it the only host of the inventory.
  - A name with a folder in it, or with the suffix of an inventory file, is never taken for a host. A misspelt
    C(hosts.yml) must stay an error.
author: OctoLand
"""

# Letters, digits, dots, dashes and underscores, or an IPv6 address.
_HOST = re.compile(r"^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$")
_INVENTORY_SUFFIXES = (".yml", ".yaml", ".json", ".ini", ".cfg", ".toml", ".txt", ".py", ".sh")


class InventoryModule(BaseInventoryPlugin):  # type: ignore[misc]
    """One host, named as it was typed."""

    NAME = "bare_host"

    def verify_file(self, path: str) -> bool:
        """Whether `path`, made absolute by Ansible, is a bare name in the working directory and no file."""
        folder, name = os.path.split(path)
        return (
            os.path.realpath(folder) == os.path.realpath(os.getcwd())
            and not os.path.lexists(path)
            and not name.lower().endswith(_INVENTORY_SUFFIXES)
            and _HOST.match(name) is not None
        )

    def parse(self, inventory, loader, path, cache=True) -> None:  # type: ignore[no-untyped-def]
        """Add the host."""
        super().parse(inventory, loader, path, cache)
        inventory.add_host(os.path.basename(path))
