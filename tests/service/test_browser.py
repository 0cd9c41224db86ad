"""The pages in a real browser (Chromium): with and without a script, on a phone, in the dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.browser import DESK, PHONE, ask, expect_soon, needs_chromium, playwright
from tests.service.photos import photo
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import Running, running

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("browser")
    publish(folder / "models")
    with running(folder / "models", feedback=folder / "feedback", max_request_megabytes=1) as service:
        yield service


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = {"bright.png": picture(255), "dark.png": picture(0), "note.png": b"a note", "huge.png": b"x" * 2**21}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in made]


@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_several_images_are_answered_each_in_a_sentence(
    open_page: Any, files: list[Path], options: dict[str, Any]
) -> None:
    bright, dark, note, huge = ask(open_page("/", **options), files)
    assert "bright, 98 %." in bright
    assert "dark, 98 %." in dark
    assert "note.png" in note
    assert "not an image that is read here" in note
    assert "huge.png" in huge
    assert "more than the 1 MB that are read at once" in huge


@pytest.mark.parametrize("scripted", [True, False], ids=["script", "no script"])
def test_photographs_are_answered(open_page: Any, tmp_path: Path, scripted: bool) -> None:
    files = [tmp_path / f"{seed}.jpg" for seed in range(4)]
    for seed, file in enumerate(files):
        file.write_bytes(photo((600, 400 + 50 * seed), seed))
    assert all("bright" in said or "dark" in said for said in ask(open_page("/", java_script_enabled=scripted), files))


def test_one_image_is_answered_without_a_script(open_page: Any, files: list[Path]) -> None:
    (said,) = ask(open_page("/", java_script_enabled=False), files[:1])
    assert "bright, 98 %." in said


def test_the_heatmap_lies_over_the_picture_where_it_is_asked_for(open_page: Any, files: list[Path]) -> None:
    page = open_page("/", java_script_enabled=False)
    ask(page, files[:1])
    page.wait_for_load_state("load")  # the layout is settled once the picture's size is known
    overlay = page.locator(".overlay")
    under = page.locator(".picture img").first
    assert not overlay.is_visible()
    page.check("#heat")
    expect_soon(lambda: overlay.bounding_box() == under.bounding_box())
    assert overlay.is_visible()


def test_dropped_images_are_answered(open_page: Any, files: list[Path]) -> None:
    page = open_page("/")
    page.evaluate(
        """bytes => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "dropped.png"));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        }""",
        list(files[0].read_bytes()),
    )
    playwright.expect(page.locator("article")).to_contain_text("dropped.png")
    playwright.expect(page.locator(".answer")).to_have_text("bright, 98 %.")


@pytest.mark.parametrize("path", ["/", "/report", "/docs"])
@pytest.mark.parametrize("options", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_is_wider_than_the_screen(open_page: Any, path: str, options: dict[str, Any]) -> None:
    page = open_page(path, **options)
    assert page.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"]


def test_pages_ask_no_other_host(open_page: Any, service: Running) -> None:
    page = open_page("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/report", "/docs"):
        page.goto(path)
    own = f"http://127.0.0.1:{service.port}/"
    assert asked
    assert all(url.startswith((own, "data:")) for url in asked)


def test_a_log_that_is_dropped_or_pasted_on_the_page_is_diagnosed(open_page: Any) -> None:
    page = open_page("/doctor", **DESK)
    log = "epoch,loss,val_loss\n" + "".join(f"{n},{0.8**n},{0.6 + n / 8}\n" for n in range(12))
    page.evaluate(
        """log => {
            const data = new DataTransfer();
            data.items.add(new File([log], "dropped.csv"));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer: data }));
        }""",
        log,
    )
    playwright.expect(page.locator("#diagnosis h2")).to_have_text("dropped.csv")
    page.evaluate(
        """log => {
            const data = new DataTransfer();
            data.setData("text/plain", log);
            document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }""",
        log,
    )
    assert page.input_value("#text") == log
    page.click("form button")
    playwright.expect(page.locator("#diagnosis h2")).to_have_text("The log")
    assert "by heart" in page.inner_text(".verdict")


def test_what_is_wrong_with_a_log_is_no_wider_than_a_phone(open_page: Any) -> None:
    page = open_page("/doctor", **PHONE)
    page.fill(
        "#text", "Name,State,Created,loss\nlively-sea-1,finished,2026-11-01,0.5\nquiet-sky-2,finished,2026-11-02,0.4\n"
    )
    page.click("form button")
    playwright.expect(page.locator(".error")).to_contain_text("to_csv('history.csv')")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_log_is_diagnosed_without_a_script(open_page: Any, tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text("loss\n" + "".join(f"{0.8**n}\n" for n in range(12)))
    page = open_page("/doctor", java_script_enabled=False)
    page.set_input_files("#log", tmp_path / "history.csv")
    page.click("form button")
    playwright.expect(page.locator("#diagnosis h2")).to_have_text("history.csv")
    playwright.expect(page.locator("#diagnosis svg")).to_be_visible()
