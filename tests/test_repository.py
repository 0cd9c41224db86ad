"""What installs, builds and ships the project agrees with what it declares."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import LONGEST

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "service": {"service"},
    "service-formats": {"service", "formats"},
    "service-gpu": {"service-gpu"},
    "training": {"service", "training"},
    "test": {"service", "training", "batch", "ray", "plots", "test"},
}
"""What each lock holds: the core and these extras."""


def declared(extras: set[str]) -> dict[str, Requirement]:
    """Return the requirements of the core and some extras, by name; an extra may name others of this project's."""
    found: dict[str, Requirement] = {}
    queue = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    while queue:
        requirement = Requirement(queue.pop())
        if requirement.name == PROJECT["name"]:
            queue += (line for extra in requirement.extras for line in EXTRAS[extra])
        else:
            found[canonicalize_name(requirement.name)] = requirement
    return found


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pinned(name: str) -> dict[str, Version]:
    pins = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+) \\$", lock(name), re.MULTILINE)
    return {canonicalize_name(package): Version(version) for package, version in pins}


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listing.returncode != 0:
        pytest.skip("not a git checkout, so there is no list of tracked files")
    return [ROOT / os.fsdecode(file) for file in listing.stdout.split(b"\0") if file]


def test_every_name_of_the_longest_tests_is_one() -> None:
    names = [path.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")]
    assert [start for start in LONGEST if not any(name.startswith(start) for name in names)] == []


def test_every_lock_has_its_row() -> None:
    assert {path.stem for path in (ROOT / "requirements").glob("*.txt")} == set(LOCKS)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_what_is_declared(name: str) -> None:
    pins = pinned(name)
    wrong = [
        f"{requirement}: {pins.get(package)}"
        for package, requirement in declared(LOCKS[name]).items()
        if package not in pins or not requirement.specifier.contains(pins[package])
    ]
    assert not wrong


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_hash_for_every_pin_and_names_no_place(name: str) -> None:
    text = lock(name)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pinned(name)) > 0
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ ", text)


def test_locks_agree_with_each_other() -> None:
    whole = pinned("test")
    for name in LOCKS:
        pins = pinned(name)
        assert {package: version for package, version in pins.items() if whole.get(package, version) != version} == {}


def test_the_services_locks_are_free_of_training() -> None:
    trained_with = set(declared({"training"})) - set(declared({"service"}))
    for name in ("service", "service-gpu"):
        assert not trained_with & set(pinned(name))
    assert "onnxruntime" not in pinned("service-gpu"), "it would overwrite onnxruntime-gpu's files"


@pytest.mark.parametrize(
    ("tree", "extras"),
    [
        ("artifact", {"pages"}),
        ("doctor", {"plots"}),
        ("service", {"service", "batch", "ray"}),
        ("training", {"training"}),
        ("tests", LOCKS["test"]),
        ("benchmarks", LOCKS["test"]),
    ],
)
def test_every_import_is_declared(tree: str, extras: set[str]) -> None:
    known = set(declared(extras))
    owners = packages_distributions()
    assert not {
        f"{path.relative_to(ROOT)}: {module}"
        for path in (ROOT / tree).rglob("*.py")
        if not {"reference", "rivals", "writers"} & set(path.parts)  # these run in environments of their own
        for module in third_party(path) - {"triton_python_backend_utils"}  # which Triton has, and nobody else
        if not known & {canonicalize_name(owner) for owner in owners.get(module, ())}
    }


def third_party(path: Path) -> set[str]:
    """Return the top-level names that a file imports and that are neither Python's nor this project's."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    ours = {tree.name for tree in ROOT.iterdir()} | {sibling.stem for sibling in path.parent.glob("*.py")}
    return names - sys.stdlib_module_names - ours


def test_no_file_names_a_place_on_a_developers_machine() -> None:
    place = re.compile(rb"(?<![\w.-])/(?:root|work|workspace|builds|tmp/dev)/[\w.-]")
    assert not [
        f"{path.relative_to(ROOT)}: {match.group()!r}"
        for path in tracked()
        if path.is_file() and (match := place.search(path.read_bytes()))
    ]


def test_make_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  ([a-z-]+) +\S", shown, re.MULTILINE)) == set(phony.split())


def test_make_needs_the_right_python_and_says_so() -> None:
    run = subprocess.run(
        ["make", "PYTHON=", "VENV=.venv-of-no-python", "train"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "Python 3.11 was not found. Install it" in run.stderr


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert re.search(r"^(exec )?make test$", script.read_text(), re.MULTILINE)


def stages() -> dict[str, list[list[str]]]:
    """Return the Dockerfile's instructions by stage, each as its words; the nameless last stage is ''."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    found: dict[str, list[list[str]]] = {}
    stage = "before"
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            words = line.split()
            if words[0] == "FROM":
                stage = words[3] if "AS" in words else ""
            found.setdefault(stage, []).append(words)
    return found


def test_the_image_is_run_by_a_user_without_rights() -> None:
    users = [words[1] for instructions in stages().values() for words in instructions if words[0] == "USER"]
    assert users
    assert all(int(user.partition(":")[0]) > 0 for user in users)
    for target in ("service", "gpu"):
        assert stages()[target][0][:2] == ["FROM", "runtime"], "the stage that names the user"
    assert stages()[""] == [["FROM", "service"]]


def test_the_image_takes_no_more_than_the_service_needs() -> None:
    copied = {
        source.strip("/")
        for instructions in stages().values()
        for words in instructions
        if words[0] == "COPY" and not words[1].startswith("--from")
        for source in words[1:-1]
    }
    assert copied == {"artifact", "doctor", "service", "models", "requirements"}
    ignored = (ROOT / ".dockerignore").read_text().split("\n")
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_the_image_says_how_it_is_started_and_checked() -> None:
    runtime = {words[0]: " ".join(words[1:]) for words in stages()["runtime"]}
    assert json.loads(runtime["ENTRYPOINT"]) == ["python", "-m", "service"]
    assert json.loads(runtime["HEALTHCHECK"].partition("CMD ")[2])[0] == "python"
    assert runtime["EXPOSE"] == "8000"
