"""Asking in a real browser: choosing, dropping and pasting, and what becomes of the answers."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from artifact.card import Classes
from tests.service.browser import ask, needs_chromium, playwright, watch_choosers
from tests.service.photos import photo
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import Running, running

pytestmark = needs_chromium
expect = playwright.expect
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
both = pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("asking")
    publish(folder / "models")
    publish(folder / "models", "bees", classes=Classes("ants", "bees"))
    publish(folder / "models", "cells", classes=Classes("parasitized by one of several species", "uninfected"))
    with running(folder / "models", feedback=folder / "feedback") as service:
        yield service


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = {"bright.png": picture(255), "dark.png": picture(0), "between.png": picture(128), "note.txt": b"a note"}
    return [path for name, data in made.items() if (path := tmp_path / name).write_bytes(data)]


def counts(page: Any, words: str) -> None:
    expect(page.locator("#counts")).to_have_text(words)


def dispatch(page: Any, kind: str, make: str, value: object = None) -> None:
    """Drop or paste on the page what a function makes of a DataTransfer and a value."""
    page.evaluate(
        f"""value => {{
            const data = new DataTransfer();
            ({make})(data, value);
            const event = "{kind}" === "drop"
                ? new DragEvent("drop", {{ dataTransfer: data, bubbles: true }})
                : new ClipboardEvent("paste", {{ clipboardData: data, bubbles: true }});
            document.body.dispatchEvent(event);
        }}""",
        value,
    )


@both
def test_choosing_is_asking_and_the_answer_stands_above_the_picture_on_the_screen(
    open_page: Any, tmp_path: Path, screen: dict[str, Any]
) -> None:
    (tmp_path / "tall.jpg").write_bytes(photo((900, 1600)))
    page = open_page("/", **screen)
    page.set_input_files("#image", tmp_path / "tall.jpg")
    expect(page.locator(".answer")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["viewport"]["width"]
    assert page.locator(".photo").evaluate("image => image.decode().then(() => image.height / innerHeight)") <= 0.401
    if screen is PHONE:
        assert page.evaluate(
            "document.querySelector('.answer').getBoundingClientRect().bottom"
            " <= document.querySelector('.photo').getBoundingClientRect().top"
        )


def test_the_whole_box_is_the_button(open_page: Any) -> None:
    page = open_page("/", **DESK)
    opened = watch_choosers(page)
    box = (form := page.locator("#ask")).bounding_box()
    for x, y in ((4, 4), (box["width"] - 4, box["height"] / 2), (box["width"] / 2, box["height"] - 4)):
        form.click(position={"x": x, "y": y})
    page.click("label[for=image]")
    assert opened() == ["image"] * 4


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_link_is_told_from_a_picture(open_page: Any, files: list[Path], kind: str) -> None:
    page = open_page("/", **DESK)
    dispatch(page, kind, "data => data.setData('text/uri-list', 'https://example.org/a.jpg')")
    expect(page.locator("#problem")).to_have_text("No file came with that. Save the picture first.")
    take = "(data, bytes) => data.items.add(new File([new Uint8Array(bytes)], 'a.png'))"
    dispatch(page, kind, take, list(files[0].read_bytes()))
    expect(page.locator(".answer")).to_have_text("bright, 98 %.")
    expect(page.locator("#problem")).to_be_hidden()


def test_the_images_of_a_dropped_folder_keep_their_folders_names(open_page: Any, tmp_path: Path) -> None:
    for name in ("shots/one/000.png", "shots/two/000.png", "shots/.hidden/000.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(picture(255))
    page = open_page("/", **DESK)
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(tmp_path / "shots")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 300, "data": data})
    counts(page, "2 bright.")
    assert sorted(page.locator("article h3").all_inner_texts()) == ["shots/one/000.png", "shots/two/000.png"]


def test_files_of_one_name_are_told_apart(open_page: Any, files: list[Path]) -> None:
    page = open_page("/", **DESK)
    ask(page, files[:1])
    page.set_input_files("#image", files[:1])
    counts(page, "2 bright.")
    assert page.locator("article h3").all_inner_texts() == ["bright.png (2)", "bright.png"]


@both
def test_answers_are_counted_shown_by_kind_and_taken_away_as_a_table(
    open_page: Any, files: list[Path], tmp_path: Path, screen: dict[str, Any]
) -> None:
    page = open_page("/", **screen)
    ask(page, [*files, files[1]])
    counts(page, "2 dark, 1 bright, 1 cannot say, 1 without an answer.")
    page.select_option("#filter", "dark")
    assert page.locator("article:visible h3").all_inner_texts() == ["dark.png", "dark.png (2)"]
    with page.expect_download() as download:
        page.click("#table")
    download.value.save_as(tmp_path / "answers.csv")
    rows = list(csv.DictReader((tmp_path / "answers.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["file"] for row in rows] == ["bright.png", "dark.png", "between.png", "note.txt", "dark.png (2)"]
    assert [row["answer"] for row in rows] == ["bright", "dark", "bright", "", "dark"]
    assert [row["cannot_say"] for row in rows] == ["", "", "between", "", ""]
    assert "not an image" in rows[3]["error"]
    assert float(rows[1]["probability"]) == pytest.approx(0.982, abs=0.001)
    assert {row["model"] for row in rows[:3]} == {"default"}


@both
def test_answers_outlive_the_report_and_a_reload_and_are_cleared(
    open_page: Any, files: list[Path], screen: dict[str, Any]
) -> None:
    page = open_page("/", **screen)
    ask(page, files)
    page.click("text=How far can it be trusted?")
    page.wait_for_url("**/report?model=default")
    page.go_back()
    counts(page, "1 bright, 1 dark, 1 cannot say, 1 without an answer.")
    page.reload()
    counts(page, "1 bright, 1 dark, 1 cannot say, 1 without an answer.")
    for image in page.locator(".photo").all():
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page.click("#clear")
    expect(page.locator("#results")).to_be_hidden()
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("article").count() == 0


def test_no_answer_is_forgotten_for_the_pictures_of_others(open_page: Any) -> None:
    page = open_page("/", **DESK)
    page.evaluate(
        """async () => {
            const { remember } = await import("/static/ask/memory.js");
            const answers = document.getElementById("answers");
            for (let number = 0; number < 60; number += 1) {
                answers.insertAdjacentHTML("afterbegin", `<section data-name="${number}.jpg">
                    <article data-said='{"label": "dark", "probabilities": {}}'><h3></h3>
                    <figure>${"x".repeat(100_000)}</figure></article></section>`);
                await remember(answers, answers.firstElementChild);
            }
        }"""
    )
    page.reload()
    counts(page, "60 dark.")
    assert 30 < page.locator("article figure").count() < 41  # of 4,000,000 characters


def test_what_is_kept_in_the_tab_is_bounded(open_page: Any, files: list[Path]) -> None:
    page = open_page("/", **DESK)
    page.evaluate("sessionStorage.setItem('filler', 'x'.repeat(5_000_000))")  # the browser has no room for more
    ask(page, files[:1])
    counts(page, "1 bright.")
    page.evaluate("sessionStorage.removeItem('filler')")
    ask_again = [files[1]] * 2
    page.set_input_files("#image", ask_again)
    counts(page, "2 dark, 1 bright.")
    assert page.evaluate("sessionStorage.getItem('thirtyfive.answers').length") < 4_000_000


def test_what_got_no_answer_can_be_asked_again_by_the_keyboard(open_page: Any, files: list[Path]) -> None:
    page = open_page("/", **DESK)
    page.route("**/*", lambda route: route.abort())
    ask(page, files[:2])
    again = page.get_by_role("button", name="Try again")
    expect(again).to_have_count(2)
    page.unroute("**/*")
    again.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_have_text("bright, 98 %.")
    counts(page, "1 bright, 1 without an answer.")
    expect(page.locator("#answers > section").first).to_be_focused()
    page.wait_for_function("sessionStorage.getItem('thirtyfive.answers').includes('bright</strong>')")
    page.reload()
    counts(page, "1 bright, 1 without an answer.")
    expect(again).to_have_count(0)  # the files are gone with the page
    assert page.locator(".photo").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_a_picture_that_is_refused_has_no_button_to_try_it_again(open_page: Any, files: list[Path]) -> None:
    page = open_page("/", **DESK)
    ask(page, files[3:])
    expect(page.locator("article .error")).to_contain_text("not an image")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_how_much_is_sent_is_said_while_it_is(open_page: Any, tmp_path: Path) -> None:
    (tmp_path / "large.jpg").write_bytes(photo((2000, 1500), quality=95))
    page = open_page("/", **DESK)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    network.send("Network.emulateNetworkConditions", slow)
    page.set_input_files("#image", tmp_path / "large.jpg")
    expect(page.locator(".waiting")).to_have_text(re.compile(r"large\.jpg: [1-9]\d? % sent"))
    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    expect(page.locator(".answer")).to_be_visible()


def test_another_question_is_chosen_on_the_page(open_page: Any, files: list[Path]) -> None:
    page = open_page("/", **DESK)
    ask(page, files[:1])
    page.select_option("#model", "bees")
    expect(page.locator("h1")).to_have_text("Is it bees or ants?")
    page.set_input_files("#image", files[1])
    counts(page, "1 ants, 1 bright.")
    assert page.evaluate("location.search") == "?model=bees"


def test_a_picture_chosen_before_the_page_has_its_script_is_asked_too(open_page: Any, files: list[Path]) -> None:
    page = open_page("/report", **DESK)
    held: list[Any] = []
    page.route("**/ask/main.js", lambda route: held.append(route))
    page.goto("/", wait_until="commit")
    page.set_input_files("#image", files[0])
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    counts(page, "1 bright.")
    assert page.evaluate("document.getElementById('image').files.length") == 0
