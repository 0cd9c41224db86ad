"""Taking a picture on the page in a real browser: by a webcam, by a phone's camera, and where there is none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.browser import needs_chromium, playwright, watch_choosers
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import Running, running

pytestmark = needs_chromium
expect = playwright.expect
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
REJECT = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '%s'))"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    models = tmp_path_factory.mktemp("photographing") / "models"
    publish(models)
    with running(models) as service:
        yield service


def test_a_webcam_s_picture_is_asked_about(open_page: Any) -> None:
    page = open_page("/", **DESK)
    page.click("text=Take a picture")
    page.click("dialog .shoot")
    expect(page.locator("article h3")).to_have_text("camera.jpg")
    assert page.evaluate("document.querySelector('video').srcObject") is None


def test_a_phone_s_camera_is_a_chooser_of_its_own(open_page: Any, tmp_path: Path) -> None:
    (tmp_path / "bright.png").write_bytes(picture(255))
    page = open_page("/", **PHONE)
    opened = watch_choosers(page)
    page.click("text=Take a picture")
    assert opened() == ["camera"]
    assert page.get_attribute("#camera", "capture") == "environment"
    page.set_input_files("#camera", tmp_path / "bright.png")
    expect(page.locator(".answer")).to_have_text("bright, 98 %.")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("Object.defineProperty(window, 'isSecureContext', { get: () => false })", "only over https"),
        (REJECT % "NotAllowedError", "Allow it"),
        (REJECT % "NotFoundError", "No camera"),
    ],
    ids=["insecure", "denied", "none"],
)
def test_without_a_camera_it_says_why(open_page: Any, script: str, words: str) -> None:
    page = open_page("/", **DESK)
    page.add_init_script(script)
    page.reload()
    if "isSecureContext" not in script:
        page.click("text=Take a picture")
    expect(page.locator("#no-camera:visible, dialog [role=alert]:visible")).to_contain_text(words)
