#!/usr/bin/python
"""Ansible module: merge settings into OctoPrint's config.yaml, which OctoPrint itself rewrites."""

from __future__ import annotations

import os
import tempfile
import traceback
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

try:
    import yaml
except ImportError:
    yaml = None
    YAML_ERROR: str | None = traceback.format_exc()
else:
    YAML_ERROR = None

DOCUMENTATION = r"""
module: octoprint_config
short_description: Merges settings into OctoPrint's config.yaml
description:
  - Each value wanted is set at its place, and everything else stays as it was found. Mappings are merged at
    every depth; lists and plain values are replaced.
  - The file is replaced whole, never written in place. OctoPrint must not run meanwhile, or it writes its own
    state over it.
options:
  path:
    description: The file.
    type: path
    required: true
  settings:
    description: What is wanted.
    type: dict
    required: true
extends_documentation_fragment: [ansible.builtin.files]
author: OctoLand
"""

RETURN = r"""
changed_settings:
  description: Which settings were not as wanted, as dotted names; never their values, which may be secrets.
  type: list
  elements: str
  returned: always
"""

Settings = dict[str, Any]


def merged(current: Settings, wanted: Settings) -> Settings:
    """`current` with every value of `wanted` at its place."""
    result = dict(current)
    for key, value in wanted.items():
        ours = current.get(key)
        result[key] = (
            merged(ours if isinstance(ours, dict) else {}, value) if isinstance(value, dict) else value
        )
    return result


def differences(current: Settings, wanted: Settings, prefix: str = "") -> list[str]:
    """Dotted names of what is wanted and is not so."""
    names: list[str] = []
    for key, value in wanted.items():
        ours = current.get(key)
        if isinstance(value, dict) and value:
            names += differences(ours if isinstance(ours, dict) else {}, value, f"{prefix}{key}.")
        elif key not in current or ours != value:
            names.append(prefix + key)
    return names


def read(module: AnsibleModule, path: str) -> Settings:
    """What the file says; nothing where there is no file yet."""
    if not os.path.exists(path):
        return {}
    if yaml is None:
        module.fail_json(msg=missing_required_lib("PyYAML"), exception=YAML_ERROR)
    with open(path, encoding="utf-8") as file:
        try:
            settings = yaml.safe_load(file) or {}
        except yaml.YAMLError as error:
            module.fail_json(msg=f"{path} is not valid YAML, repair it or restore a backup: {error}")
    if not isinstance(settings, dict):
        module.fail_json(msg=f"{path} holds no mapping, repair it or restore a backup")
    return settings


def publish(module: AnsibleModule, path: str, settings: Settings) -> None:
    """Replace the file by one with `settings`."""
    if yaml is None:
        module.fail_json(msg=missing_required_lib("PyYAML"), exception=YAML_ERROR)
    descriptor, unfinished = tempfile.mkstemp(dir=module.tmpdir)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        yaml.safe_dump(settings, file, default_flow_style=False, allow_unicode=True, indent=2)
    module.atomic_move(unfinished, path)


def main() -> None:
    """Merge, and say what was changed."""
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "settings": {"type": "dict", "required": True},
        },
        add_file_common_args=True,
        supports_check_mode=True,
    )
    path = module.params["path"]
    wanted = module.params["settings"]
    current = read(module, path)
    changed_settings = differences(current, wanted)
    if changed_settings and not module.check_mode:
        publish(module, path, merged(current, wanted))
    changed = bool(changed_settings)
    if os.path.exists(path):
        changed = module.set_fs_attributes_if_different(
            module.load_file_common_arguments(module.params), changed
        )
    module.exit_json(changed=changed, changed_settings=changed_settings)


if __name__ == "__main__":
    main()
