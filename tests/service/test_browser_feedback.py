"""Right, It is the other, Neither, and back: on the page, and what is then in the folder."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.browser import ask, expect_soon, needs_chromium, playwright, watch_choosers
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import Running, running

pytestmark = needs_chromium
expect = playwright.expect
NAME = hashlib.sha256(picture(255)).hexdigest() + ".png"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("correcting")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Running]:
    publish(folder / "models")
    with running(folder / "models", feedback=folder / "feedback") as service:
        yield service


@pytest.fixture
def kept(folder: Path) -> Iterator[Callable[[str], None]]:
    """Return what waits until an image lies under a label, `` for none; the folder is emptied afterwards."""

    def under(label: str) -> None:
        wanted = [f"{label}/{NAME}"] if label else []
        expect_soon(lambda: [str(path.relative_to(folder / "feedback")) for path in found()] == wanted)

    def found() -> list[Path]:
        return [path for path in (folder / "feedback").rglob("*") if path.is_file()]

    yield under
    for path in found():
        path.unlink()


@pytest.fixture
def page(open_page: Any, tmp_path: Path) -> Any:
    (tmp_path / "bright.png").write_bytes(picture(255))
    page = open_page("/", viewport={"width": 390, "height": 844}, has_touch=True)
    ask(page, [tmp_path / "bright.png"])
    return page


def press(page: Any, name: str) -> None:
    page.locator(".feedback button", has_text=name).click()


def status(page: Any, words: str) -> None:
    expect(page.locator(".feedback p")).to_have_text(words)


def test_each_word_is_kept_and_the_last_one_counts(page: Any, kept: Callable[[str], None]) -> None:
    kept("")
    for button, label in (("Right", "bright"), ("It is dark", "dark"), ("Neither", "neither"), ("Right", "bright")):
        press(page, button)
        status(page, f"Kept as {label}, for the next training.")
        kept(f".{label}" if label == "neither" else label)
        pressed = page.locator("[aria-pressed=true]").all_inner_texts()
        assert [text.removeprefix("✓ ") for text in pressed] == [button]
    press(page, "Undo")
    status(page, "Taken out again; nothing is kept of it.")
    kept("")
    assert page.locator("[aria-pressed=true]").count() == 0


def test_the_focus_stays_where_it_is_useful(page: Any, kept: Callable[[str], None]) -> None:
    page.locator(".feedback button").nth(1).focus()
    page.keyboard.press("Enter")
    status(page, "Kept as dark, for the next training.")
    assert page.evaluate("document.activeElement.textContent") == "It is dark"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Space")
    status(page, "Taken out again; nothing is kept of it.")
    assert page.evaluate("document.activeElement.textContent") == "Right"
    kept("")


def test_undo_works_after_a_reload_and_a_new_word_needs_the_picture(page: Any, kept: Callable[[str], None]) -> None:
    press(page, "It is dark")
    status(page, "Kept as dark, for the next training.")
    page.wait_for_function("sessionStorage.getItem('thirtyfive.answers').includes('Kept as dark')")
    page.reload()
    status(page, "Kept as dark, for the next training.")
    press(page, "Neither")
    status(page, "This page no longer has the picture. Choose it again to say so.")
    kept("dark")
    press(page, "Undo")
    status(page, "Taken out again; nothing is kept of it.")
    kept("")


def test_what_was_kept_before_this_page_is_not_taken_out_by_it(
    page: Any, service: Running, kept: Callable[[str], None]
) -> None:
    assert service.ask("POST", "/feedback?label=bright", picture(255))[0] == 200
    press(page, "Right")
    status(page, "Kept as bright already.")
    expect(page.locator(".undo")).to_be_hidden()
    press(page, "Neither")
    status(page, "Kept as neither, for the next training.")
    press(page, "Undo")
    status(page, "As before: kept as bright.")
    kept("bright")


def test_everything_is_done_by_keyboard_alone(open_page: Any, tmp_path: Path, kept: Callable[[str], None]) -> None:
    (tmp_path / "bright.png").write_bytes(picture(255))
    page = open_page("/", viewport={"width": 1280, "height": 800})

    def go_to(selector: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} cannot be reached by Tab")

    go_to("#image")
    opened = watch_choosers(page)
    page.keyboard.press("Space")
    assert opened() == ["image"]
    page.set_input_files("#image", tmp_path / "bright.png")
    expect(page.locator(".answer")).to_have_text("bright, 98 %.")
    expect(page.locator("#news")).to_have_text("bright, 98 %. In all: 1 bright.")
    assert page.evaluate("document.activeElement.id") == "image"
    go_to("#heat")
    page.keyboard.press("Space")
    expect(page.locator(".overlay")).to_be_visible()
    go_to("[data-label=neither]")
    page.keyboard.press("Enter")
    status(page, "Kept as neither, for the next training.")
    kept(".neither")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    status(page, "Taken out again; nothing is kept of it.")
    kept("")
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.id") == "clear":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#results")).to_be_hidden()
