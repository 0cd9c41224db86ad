"""The report in a real browser: of an ill model, and of the good one that is shipped."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.browser import DESK, Pages, needs_chromium, playwright
from tests.service.publishing import publish
from tests.service.running import Running, running
from tests.there import there

pytestmark = needs_chromium
SHIPPED = Path(__file__).parents[2] / "models" / "default"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    models = tmp_path_factory.mktemp("reports") / "models"
    publish(models, name="ill")
    (models / "default").symlink_to(SHIPPED)
    with running(models) as service:
        yield service


def test_the_report_of_an_ill_model_marks_the_epoch_and_says_what_to_do(open_page: Pages) -> None:
    page = open_page("/report?model=ill", **DESK)
    assert page.locator("main > *").nth(1).inner_text().startswith("Right on 92 % of images")
    headings = page.locator("h2").all_inner_texts()
    assert headings[:2] == ["Reasons for distrust", "Your photos it got wrong"]
    curves = page.locator("svg", has_text=re.compile("overfitting, epoch"))
    number, epoch = there(re.search(r"(\d): overfitting, epoch (\d+)", curves.text_content())).groups()
    assert epoch == "4"
    mark = curves.get_by_text(number, exact=True).first.bounding_box()
    dots = curves.locator("circle")
    ends = [dots.nth(place).bounding_box() for place in (0, 4)]  # epochs 1 and 5 of the training loss
    first, last = (box["x"] + box["width"] / 2 for box in ends)
    assert mark["x"] + mark["width"] / 2 == pytest.approx(first + (last - first) * 3 / 4, abs=1.5)
    playwright.expect(page.get_by_text("Stop at the lowest validation loss.")).to_be_visible()
    playwright.expect(page.get_by_text("There are no test images.")).to_be_visible()


def test_the_images_behind_a_cell_are_one_click_away(open_page: Pages) -> None:
    page = open_page("/report?model=ill", **DESK)
    wrong = page.locator(".confusion td", has_text=re.compile("1 wrong"))
    name = wrong.get_by_text("dark/<i>.png", exact=True)
    playwright.expect(name).to_be_hidden()
    wrong.locator("summary").click()
    playwright.expect(name).to_be_visible()


def test_a_cell_unfolds_by_keyboard(open_page: Pages) -> None:
    page = open_page("/report?model=ill", **DESK)
    page.locator(".confusion summary").first.focus()
    page.keyboard.press("Enter")
    playwright.expect(page.locator(".confusion details").first).to_have_attribute("open", "")


def test_the_report_of_the_shipped_model_has_every_picture_and_no_mark(open_page: Pages) -> None:
    page = open_page("/report", **DESK)
    assert page.locator("svg").count() == 6  # accuracy, folds, final fit, comparison, calibration, more images
    assert not page.get_by_text(re.compile(", epoch \\d")).count()
    assert page.locator("polygon").count() >= 2  # bands of loss and accuracy
    for picture in page.locator("svg").all():
        assert picture.locator("title").first.text_content()
    small = page.locator("main img")
    assert small.count()
    assert all(image.evaluate("image => image.complete && image.naturalWidth > 0") for image in small.all())


def test_the_network_is_downloaded_as_it_was_published(open_page: Pages) -> None:
    page = open_page("/report", **DESK)
    with page.expect_download() as downloading:
        page.click("text=model.onnx")
    version = (SHIPPED / "current").read_text().strip()
    assert Path(downloading.value.path()).read_bytes() == (SHIPPED / version / "model.onnx").read_bytes()
