"""Make the pictures of pages that the documentation shows: `python -m benchmarks.screenshots`.

Answers are the shipped model's. The report is that of the tutorial's first training, which has something to say; its
photos are made by the program that stands in the tutorial.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from tests.service.browser import DESK, PHONE, ask, launched
from tests.service.running import running

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PROGRAM = re.compile(r"^```python\n(# photos\.py\n.*?)^```", re.MULTILINE | re.DOTALL)


def main() -> None:
    """Train, serve, look, save."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, launched() as browser:
        folder = Path(scratch)
        train(folder)
        (folder / "models" / "default").symlink_to(ROOT / "models" / "default")
        with running(folder / "models", feedback=folder / "feedback") as service:
            address = f"http://127.0.0.1:{service.port}"
            show_answers(
                browser.new_page(base_url=address, **DESK),
                browser.new_page(base_url=address, is_mobile=True, **PHONE),
                folder,
            )
            show_report(browser.new_page(base_url=address, **DESK))


def train(folder: Path) -> None:
    """Run the tutorial's program and its first training."""
    (program,) = PROGRAM.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8"))
    (folder / "photos.py").write_text(program, encoding="utf-8")
    subprocess.run([sys.executable, "photos.py"], cwd=folder, check=True)
    options = ["--name", "faces", "--strategy", "edges", "--models", str(folder / "models")]
    subprocess.run([sys.executable, "-m", "training", str(folder / "photos"), *options], cwd=ROOT, check=True)


def show_answers(desk: Any, phone: Any, folder: Path) -> None:
    """Ask about a face, a piece of wall and a file that is no image."""
    face, note = ROOT / "service" / "static" / "example.jpg", folder / "note.txt"
    note.write_text("not an image", encoding="utf-8")
    desk.goto("/")
    ask(desk, [face, folder / "photos" / "other" / "IMG_0110.jpg", note])
    desk.check("#heat")
    save(desk, "ask", 0, bottom(desk, "#answers"))
    phone.goto("/")
    ask(phone, [face])
    phone.check("#heat")
    save(phone, "phone", 0, bottom(phone, "#answers"))


def show_report(desk: Any) -> None:
    """Show the top of a report as far as what was told wrong, and its confusion with one cell unfolded."""
    desk.goto("/report?model=faces")
    save(desk, "report", 0, top(desk, "h2:text('Duplicates')") - 20)
    desk.click(".confusion td.right summary")
    start, end = (top(desk, f"h2:text('{words}')") - 20 for words in ("What it took", "What it sees of"))
    save(desk, "confusion", start, end)


def top(page: Any, selector: str) -> float:
    """Return where an element begins, from the page's top."""
    return float(page.locator(selector).first.evaluate("one => one.getBoundingClientRect().top + scrollY"))


def bottom(page: Any, selector: str) -> float:
    """Return where an element ends, from the page's top."""
    return float(page.locator(selector).evaluate("one => one.getBoundingClientRect().bottom + scrollY"))


def save(page: Any, name: str, start: float, end: float) -> None:
    """Save a part of a page, as wide as the page, with 256 colours."""
    file = IMAGES / f"{name}.png"
    clip = {"x": 0, "y": start, "width": page.viewport_size["width"], "height": end - start}
    page.screenshot(path=file, full_page=True, clip=clip)
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(256)
    few.save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {few.width} x {few.height}, {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
