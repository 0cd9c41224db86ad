"""Ctrl-C while a command still loads its modules, which takes seconds on a busy machine."""

import importlib.abc
import runpy
import sys

import pytest


class Interrupting(importlib.abc.MetaPathFinder):
    """Where a module is looked for, Ctrl-C is pressed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name == self.name:
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("module", "loaded"),
    [
        ("training", "training.command"),
        ("training.triton", "training.triton.command"),
        ("doctor", "doctor.cli"),
        ("service.batch", "service.batch.commands"),
    ],
)
def test_a_command_that_is_interrupted_while_it_is_loaded_ends_without_a_traceback(
    module: str, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (loaded, f"{module}.__main__"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(loaded), *sys.meta_path])
    with pytest.raises(SystemExit) as end:
        runpy.run_module(module, run_name="__main__")
    assert end.value.code == 130
