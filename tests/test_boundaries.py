"""Who may import whom, measured in fresh interpreters and in the sources; and the size of modules and functions."""

import ast
import itertools
import json
import statistics
import subprocess
import sys
from collections.abc import Collection, Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("artifact", "doctor", "service", "training")
TREES = (*PACKAGES, "benchmarks", "tests")
ARROWS = {("training", "artifact"), ("training", "doctor"), ("service", "artifact"), ("service", "doctor")}
MODULES = sorted(path for tree in TREES for path in (ROOT / tree).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def loaded(statement: str, *, whole: bool = False) -> set[str]:
    """Return the names, the whole ones or the top-level ones, of what a statement brings into a fresh interpreter."""
    script = (
        f"import sys; before = set(sys.modules)\n{statement}\n"
        "import json; print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    names = set(json.loads(run.stdout.splitlines()[-1]))
    return names if whole else {top(name) for name in names}


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Return the functions and the imports of a module, at its top or inside its functions; each is read once."""
    wanted = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(path.read_text(), str(path))) if isinstance(node, wanted)]


def imports(path: Path) -> Iterator[str]:
    """Yield the full names that a module imports."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*above, *filter(None, [node.module])])


def top(module: str) -> str:
    """Return the package that a module belongs to."""
    return module.partition(".")[0]


def every_module(package: str, without: Collection[Path] = ()) -> str:
    """Return a statement that imports every module of a package, but for some."""
    started = {"__main__.py", "gunicorn_conf.py"}  # they act when they are imported
    found = [path for path in (ROOT / package).rglob("*.py") if path.name not in started and path not in without]
    dotted = (".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in found)
    return "\n".join(f"import {module}" for module in sorted(dotted))


@pytest.mark.parametrize(
    "statement", ["import service; service.create_app", every_module("service")], ids=["app", "all"]
)
def test_the_service_loads_nothing_of_training(statement: str) -> None:
    names = loaded(statement)
    assert {"service", "flask", "artifact", "doctor"} <= names
    assert not names & {"tensorflow", "keras", "training", "sklearn", "skimage", "tf2onnx", "torch"}


WITH_RAY = {
    path for path in MODULES if {"ray", "a2wsgi", "starlette"} & {name.partition(".")[0] for name in imports(path)}
}


def test_the_service_starts_without_what_reads_and_judges_curves() -> None:
    names = loaded("import service.server.commands, service.app", whole=True)
    assert {"flask", "pydantic", "service.routes.diagnose"} <= names
    assert not {name for name in names if name.startswith(("doctor.readers", "doctor.diagnosis", "doctor.plot"))}


def test_ray_is_imported_by_modules_of_its_own_and_comes_with_nothing_else() -> None:
    own = {"service/ray_serve", "service/batch", "training/engines", "tests/service", "tests/training/engines"}
    assert {name(path.parent) for path in WITH_RAY if "rivals" not in path.parts} <= own
    assert {name(path) for path in WITH_RAY if path.parts[-2] == "batch"} == {"service/batch/ray_tasks.py"}
    names = loaded(every_module("service", without=WITH_RAY))
    assert "service" in names
    assert not names & {"ray", "a2wsgi", "starlette", "uvicorn"}


WITH_KERAS = {
    "training/backbone": {"applications", "network"},
    "training/fitting": {
        *("augmenting", "map_head", "network_candidate", "optimizing", "place_head", "range_test", "recipe", "trainer"),
    },
    "training/network": {"conversion_memory", "deterministic_order", "keras_network", "keras_work"},
    "training/pretraining": {"learning", "network"},
    "training/strategies": {"autoencoder", "finetune", "mnist", "question", "scratch"},
}
"""Modules that train networks, and those behind `KerasNetwork`."""


def test_keras_is_imported_by_what_trains_and_by_one_module_of_output() -> None:
    heavy = {"keras", "tensorflow", "tf2onnx"}
    found = {name(path) for path in (ROOT / "training").rglob("*.py") if heavy & {top(one) for one in imports(path)}}
    assert found == {f"{folder}/{module}.py" for folder, modules in WITH_KERAS.items() for module in modules}
    tf2onnx = {name(path) for path in MODULES if "tf2onnx" in {top(one) for one in imports(path)}}
    assert {path for path in tf2onnx if path.startswith("training/")} == {
        f"training/network/{module}.py" for module in WITH_KERAS["training/network"] - {"keras_work"}
    }


@pytest.mark.parametrize(("package", "allowed"), [("artifact", {"numpy", "pillow"}), ("doctor", {"numpy"})])
def test_the_core_loads_little(package: str, allowed: set[str]) -> None:
    names = loaded(every_module(package))
    assert package in names
    owners = packages_distributions()
    foreign = {owner.lower() for found in names - sys.stdlib_module_names for owner in owners.get(found, ())}
    assert foreign <= allowed
    assert not names & set(PACKAGES) - {package}


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_along_the_arrows_only(package: str) -> None:
    wrong = [
        f"{name(path)} imports {imported}"
        for path in (ROOT / package).rglob("*.py")
        for imported in imports(path)
        if (target := imported.partition(".")[0]) in set(TREES) - {package} and (package, target) not in ARROWS
    ]
    assert not wrong


FOLDERS = (
    *("evaluation", "network", "backbone", "reading", "problem", "fitting", "strategies", "engines", "output"),
    "labelling",
)
"""Folders of `training` from the low to the high: the images and the task know nothing of who learns from them."""


def rooms() -> dict[str, set[str]]:
    """Return what each folder of `training`, and each module beside the folders, imports of the others."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "training").rglob("*.py"):
        room = path.relative_to(ROOT / "training").with_suffix("").parts[0]
        targets = {parts[1] for one in named(path) if (parts := one.split("."))[0] == "training" and len(parts) > 1}
        found.setdefault(room, set()).update(targets - {room})
    return found


def named(path: Path) -> Iterator[str]:
    """Yield what a module imports; `from training import pixels` is `training.pixels`."""
    yield from imports(path)
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module == "training":
            yield from (f"training.{alias.name}" for alias in node.names)


def test_no_folder_of_training_imports_upward() -> None:
    found = rooms()
    order = [*TopologicalSorter(found).static_order()]  # raises where two import each other, over however many
    assert {"problem", "pipeline", "strategies"} <= {*order}
    above = [f"{low} imports {high}" for low, high in itertools.combinations(FOLDERS, 2) if high in found[low]]
    assert not above


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    given = function.args
    named = (*given.posonlyargs, *given.args, *given.kwonlyargs)
    return [argument for argument in named if argument.arg not in {"self", "cls"}]


def test_modules_are_short() -> None:
    assert not {name(path): lines(path) for path in MODULES if lines(path) > 250}
    for tree in PACKAGES:
        assert statistics.median(lines(path) for path in (ROOT / tree).rglob("*.py")) <= 120, tree


def test_functions_are_short() -> None:
    long = {
        f"{name(path)}:{function.lineno} {function.name}": length
        for path in MODULES
        for function in functions(path)
        if (length := (function.end_lineno or function.lineno) - function.lineno + 1) > 50
    }
    assert not long


def test_functions_take_few_parameters() -> None:
    many = {
        f"{name(path)}:{function.lineno} {function.name}": count
        for path in MODULES
        for function in functions(path)
        if (count := len(parameters(function))) > 7
    }
    assert not many


def test_every_function_of_the_tests_is_annotated() -> None:
    """The packages are checked by mypy, whose strict mode asks for the same."""
    assert not [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in MODULES
        if path.is_relative_to(ROOT / "tests")
        for function in functions(path)
        if function.returns is None or any(argument.annotation is None for argument in parameters(function))
    ]


def test_module_names_say_what_is_inside() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert not [name(path) for path in MODULES if vague & set(path.relative_to(ROOT).with_suffix("").parts)]
