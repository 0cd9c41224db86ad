"""Chromium for the tests of pages: how it is started, what a screen is, and how a page is asked."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
playwright.expect.set_options(timeout=60_000)  # milliseconds; 5,000 by itself, which a busy machine may need
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
DESK = {"viewport": {"width": 1100, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "has_touch": True}

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"
)


@contextmanager
def launched() -> Iterator[Any]:
    """Yield a browser."""
    with playwright.sync_playwright() as started:
        yield started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


class Pages:
    """Opens pages of a service, and remembers every complaint of the browser about them."""

    def __init__(self, browser: Any, port: int) -> None:
        """Take a browser, and the port of the service on this machine."""
        self._browser, self._port = browser, port
        self._contexts: list[Any] = []
        self.complaints: list[str] = []

    def __call__(self, path: str, **options: Any) -> Any:
        """Open a page in a context of its own."""
        context = self._browser.new_context(base_url=f"http://127.0.0.1:{self._port}", **options)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Policy" in said.text else None)
        page.goto(path)
        return page

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()


def ask(page: Any, files: list[Path]) -> list[str]:
    """Choose files, which with a script is to ask, and return what the page says of each."""
    page.set_input_files("#image", files)
    if (button := page.locator("form button[type=submit]")).is_visible():
        button.click()
    said = page.locator("#answers > *, #problem:visible")
    playwright.expect(page.locator(".waiting")).to_have_count(0)
    playwright.expect(said).to_have_count(len(files))
    return [text.strip() for text in said.all_inner_texts()]


def watch_choosers(page: Any) -> Callable[[], list[str]]:
    """Return what tells which fields would have opened the chooser of files, which stays shut."""
    page.evaluate(
        """() => {
            window.opened = [];
            document.addEventListener("click", (event) => {
                if (!event.target.matches("input[type=file]")) return;
                event.preventDefault();
                window.opened.push(event.target.id);
            }, true);
        }"""
    )
    return lambda: list(page.evaluate("window.opened"))


def expect_soon(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until the page is as it should be, as Playwright's own `expect` does for what it knows."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    assert holds()
