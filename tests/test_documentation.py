"""What the pages say happens: their `console` blocks are run, from top to bottom, and print what the pages quote.

In a block that is marked `console`, a line after `$ ` is a command and the lines below it are what it prints on the
standard output. Each page is run in one shell, in a folder of its own that has what a clone has. White space does not
count, since a page is narrower than an answer; `[...]` stands for anything; in a block marked `console approximate`,
numbers may differ. A Python block whose first line is `# NAME.py`, without a folder, is a file of that name. What
cannot run everywhere is marked `sh` or `text`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.service.running import free_port, running

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\S[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=====done====="
PATIENCE = 300


@dataclass(frozen=True)
class Step:
    """One command, what the page says that it prints, and whether its numbers may differ."""

    command: str
    printed: str
    approximate: bool


def steps(page: Path) -> Iterator[Step]:
    for kind, block in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind in ("console", "console approximate"):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, printed = part.partition("\n")
                while command.endswith("\\"):
                    more, _, printed = printed.partition("\n")
                    command = f"{command}\n{more}"
                yield Step(command, printed, kind.endswith("approximate"))


def files(page: Path) -> dict[str, str]:
    blocks = (block for kind, block in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == "python")
    named = (re.match(r"# ([\w-]+\.py)\n", block) for block in blocks)
    return {found.group(1): found.string for found in named if found}


def pattern(step: Step) -> str:
    """Return what the output must match, both without white space."""
    said = ["".join(part.split()) for part in re.split(r"\[\.\.\.[^\]]*\]", step.printed)]
    if not step.approximate:
        return ".*".join(re.escape(part) for part in said)
    return ".*".join(re.sub(r"\d+", r"\\d+", re.escape(part)) for part in said)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what a clone has, in which models can be published without touching the real ones."""
    for name in ("artifact", "doctor", "service", "training", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "models", tmp_path / "models")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return tmp_path


def run(found: list[Step], clone: Path, port: int) -> list[str]:
    """Run the commands in one shell, stop what they left running, and return what each printed."""
    script = "\n".join(
        ["trap 'jobs -p | xargs -r kill; wait' EXIT"] + [f"{step.command}\necho; echo {MARK} $?" for step in found]
    )
    environment = {**os.environ, "SERVICE_PORT": str(port), "COLUMNS": "120", "LINES": "40", "SERVICE_WORKERS": "1"}
    environment["SERVICE_LOG_REQUESTS"] = "all"  # into the log that a failure shows
    shell = subprocess.run(
        ["bash", "-c", script.replace(":8000", f":{port}")],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    outputs = re.split(rf"{MARK} (\d+)\n", shell.stdout)
    codes = outputs[1::2]
    assert codes == ["0"] * len(found), f"{codes} of {[step.command for step in found]}\n{shell.stderr}"
    return [output.replace(f":{port}", ":8000") for output in outputs[:-1:2]]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", [page for page in PAGES if any(steps(page))], ids=lambda page: page.stem)
def test_commands_print_what_the_page_says(page: Path, clone: Path) -> None:
    found = list(steps(page))
    for name, text in files(page).items():
        (clone / name).write_text(text, encoding="utf-8")
    if any("-m service" in step.command for step in found):
        outputs = run(found, clone, free_port())
    elif any(":8000" in step.command for step in found):
        with running(clone / "models") as service:
            outputs = run(found, clone, service.port)
    else:
        outputs = run(found, clone, free_port())
    for step, output in zip(found, outputs, strict=True):
        plain = "".join(output.split())
        said = f"$ {step.command}\n{output}\nbut the page says\n{step.printed}"
        assert re.fullmatch(pattern(step), plain), said + "".join(log.read_text() for log in clone.glob("*.log"))


def test_every_block_says_what_it_is() -> None:
    known = {"console", "console approximate", "sh", "text", "python", "json", "yaml", "toml", "ini", "bibtex", "html"}
    kinds = {(page.name, kind) for page in PAGES for kind, _ in BLOCK.findall(page.read_text(encoding="utf-8"))}
    assert {kind for _, kind in kinds} <= known, kinds
