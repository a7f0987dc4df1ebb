"""Starts the guard, without importing the portal around this package: engines must not need it."""

import importlib
import importlib.util
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent


def load(name: str) -> None:
    spec = importlib.util.spec_from_file_location(name, HERE / "__init__.py", submodule_search_locations=[str(HERE)])
    if spec is None or spec.loader is None:
        raise ImportError(name)
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # whoever started the guard is not its parent: it may leave first, and need not wait
    load("mesin")
    sys.exit(importlib.import_module("mesin.guard").main(sys.argv[1:]))
