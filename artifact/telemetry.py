"""What libraries would tell their makers, switched off before they are imported.

ONNX Runtime 1.29 and later writes a device id and a database of events below HOME and calls a host of Microsoft's from
the moment it is imported, also on Linux; `disable_telemetry_events()` comes too late. So nothing here imports it by
itself: `import_onnxruntime` does. What the user has set in the environment takes precedence.
"""

import os
from importlib import import_module
from typing import Any

SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime
    "RAY_USAGE_STATS_ENABLED": "0",  # Ray: a report each hour; it is read when Ray is imported, and by its processes
}
"""Environment variables, and the value that switches each report off."""


def switch_off() -> None:
    """Set each switch that is not set; processes that are started from here inherit them."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)


def is_off(name: str) -> bool:
    """Switch off what is not set, and say whether one report is off then."""
    switch_off()
    return os.environ[name] == SWITCHES[name]


def import_onnxruntime(module: str = "onnxruntime") -> Any:
    """Import ONNX Runtime, or a module of it, with its telemetry off.

    Raises:
        ImportError: It is not installed.
    """
    switch_off()
    return import_module(module)
