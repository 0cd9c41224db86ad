"""Nothing is left in the user's home and nobody is told of it: each way in, in a fresh process under an empty HOME."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from artifact import telemetry
from tests.service.batches import batch, make_images
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import PATIENCE, running

ROOT = Path(__file__).parents[1]
BUILD_SERVERS = (
    *("APPVEYOR", "BITBUCKET_BUILD_NUMBER", "BUILDKITE", "CI", "CIRCLECI", "CODEBUILD_BUILD_ID", "GITHUB_ACTIONS"),
    *("GITLAB_CI", "JENKINS_URL", "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "TEAMCITY_VERSION", "TF_BUILD", "TRAVIS"),
)
"""Variables with which ONNX Runtime 1.32 takes itself to be tested, and keeps silent: with them nothing is proven."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty home for processes that are started, in an environment that switches nothing off yet."""
    for name in (*telemetry.SWITCHES, *BUILD_SERVERS, "KERAS_HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("THIRTYFIVE_CACHE", str(tmp_path / "cache"))  # ours, which docs/service.md names
    return folder


def left(home: Path) -> list[str]:
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())


def run(*arguments: object) -> None:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_onnx_runtime_by_itself_leaves_files_or_this_module_proves_nothing(home: Path) -> None:
    run("-c", "import onnxruntime")
    assert any("deviceid" in name for name in left(home))


def test_the_users_own_setting_takes_precedence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    run("-c", "from artifact import telemetry; telemetry.import_onnxruntime()")
    assert any("deviceid" in name for name in left(home))


def test_the_service_leaves_nothing(home: Path, tmp_path: Path) -> None:
    publish(tmp_path / "models")
    with running(tmp_path / "models", workers=2) as service:
        assert service.ask("GET", "/ready")[0] == 200
        assert left(home) == []
    assert left(home) == []


def test_the_service_inside_another_program_leaves_nothing(home: Path) -> None:
    run("-c", "from service import Settings, create_app; create_app(Settings()).test_client().get('/ready')")
    assert left(home) == []


@pytest.mark.parametrize("workers", [0, 2])
def test_a_batch_leaves_nothing(home: Path, tmp_path: Path, workers: int) -> None:
    publish(tmp_path / "models")
    make_images(tmp_path / "images", 3)
    done = batch(tmp_path / "images", tmp_path / "out", "--models", tmp_path / "models", "--workers", workers)
    assert done.returncode == 0, done.stderr
    assert left(home) == []


@pytest.mark.ray
def test_a_batch_on_ray_leaves_rays_own_token_and_nothing_else(home: Path, tmp_path: Path) -> None:
    publish(tmp_path / "models")
    make_images(tmp_path / "images", 3)
    options = ("--models", tmp_path / "models", "--engine", "ray", "--workers", 1)
    done = batch(tmp_path / "images", tmp_path / "out", *options)
    assert done.returncode == 0, done.stderr
    assert left(home) == [".ray/auth_token"]


def test_training_leaves_nothing(home: Path, tmp_path: Path) -> None:
    for label, levels in (("dark", range(0, 100, 10)), ("bright", range(155, 255, 10))):
        (tmp_path / "data" / label).mkdir(parents=True)
        for level in levels:
            (tmp_path / "data" / label / f"{level}.png").write_bytes(picture(level))
    run("-m", "training", tmp_path / "data", "--strategy", "edges", "--models", tmp_path / "models")
    assert left(home) == []


def test_the_writer_for_triton_leaves_nothing(home: Path, tmp_path: Path) -> None:
    run("-m", "training.triton", "default", tmp_path / "triton")
    assert left(home) == []


def test_benchmarks_and_tests_leave_nothing(home: Path) -> None:
    run("-c", "import benchmarks.compact.__main__, benchmarks.training.__main__, benchmarks.batch.__main__")
    run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", "tests/service/test_loading.py")
    assert left(home) == []


def imports_at_run_time(path: Path) -> set[str]:
    """Return the top-level names that a module imports, but for what only a type checker reads."""
    tree = ast.parse(path.read_text(), str(path))
    unread = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    names = set()
    for node in ast.walk(tree):
        if node in unread:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


def test_onnx_runtime_is_imported_in_one_place() -> None:
    """The rivals of the benchmark run in environments of their own, and are started with the switches set."""
    trees = ("artifact", "doctor", "service", "training", "benchmarks")
    modules = [path for tree in trees for path in (ROOT / tree).rglob("*.py") if "rivals" not in path.parts]
    assert not [path for path in modules if "onnxruntime" in imports_at_run_time(path)]
