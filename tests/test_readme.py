"""What the README says is true: its links, routes, strategies, options and curl lines."""

import io
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from service import Settings, create_app
from tests.service.running import running
from training.labelling import command
from training.options import parse
from training.strategies import STRATEGIES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


BLOCK = re.compile(r"^```[a-z][^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _code_lines(start: str) -> list[str]:
    """The lines inside the README's code blocks that begin in some way."""
    blocks = BLOCK.findall(README)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith(start)]


def _anchors(page: Path) -> set[str]:
    """The names that GitHub gives a page's headings."""
    prose = BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_anchor_is_a_heading_where_it_leads(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    here = [(page.parent / link if link else page, anchor) for link, anchor in links if "://" not in link]
    missing = [(target.name, anchor) for target, anchor in here if anchor not in _anchors(target)]
    assert not missing


def test_every_route_named_is_served() -> None:
    rules = {str(rule) for rule in create_app(Settings(models=ROOT / "models")).url_map.iter_rules()}
    named = set(re.findall(r"`(?:GET |POST )?(/[a-z./]+)`", README)) - {"/v2/..."}
    assert {"/predict", "/report", "/diagnose", "/ready"} <= named
    assert named <= rules


def test_the_table_of_strategies_is_the_table_of_strategies() -> None:
    page = (ROOT / "docs" / "strategies.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)) == sorted(STRATEGIES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_training_commands_are_understood(page: Path) -> None:
    blocks = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8"))).replace("\\\n", " ")
    commands = re.findall(r"^(?:\$ )?(?:\S*/)?python -m training(?!\.)(.*)$", blocks, flags=re.MULTILINE)
    assert len(commands) >= 4 or page != ROOT / "README.md"
    for line in commands:
        arguments = shlex.split(line, comments=True)
        if arguments[:1] == ["suggest"]:
            command.parse(arguments[1:])
        elif arguments != ["--help"]:
            parse(arguments)  # exits where an option does not exist


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_addresses_asked_are_served(page: Path) -> None:
    routes = create_app(Settings(models=ROOT / "models")).url_map.bind("localhost")
    blocks = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8")))
    for path in re.findall(r"(?:localhost|127\.0\.0\.1):8000(/[\w/.-]*)", blocks):
        assert any(routes.test(path, method) for method in ("GET", "POST", "DELETE")), path


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_lines_get_what_they_ask_for(tmp_path: Path) -> None:
    for name in ("photo.jpg", "one.jpg", "two.png"):
        file = io.BytesIO()
        Image.linear_gradient("L").save(file, "PNG" if name.endswith("png") else "JPEG")
        (tmp_path / name).write_bytes(file.getvalue())
    lines = _code_lines("curl ")
    assert len(lines) >= 4
    shutil.copytree(ROOT / "models", tmp_path / "models")
    with running(tmp_path / "models") as service:
        for line in lines:
            command = line.replace("localhost:8000", f"127.0.0.1:{service.port}").replace("curl ", "curl -sSf ", 1)
            done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            assert '"model"' in done.stdout
