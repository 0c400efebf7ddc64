"""Programs that Ansible loads by their path, loaded the same way."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

TREE = Path(__file__).resolve().parent.parent.parent


def load(path: str) -> ModuleType:
    """The module in the file at `path` within the tree."""
    name = Path(path).stem
    spec = importlib.util.spec_from_file_location(name, TREE / path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
