"""The page to label on in Chromium: what is clicked is what the saved list says."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.service.browser import launched, needs_chromium
from tests.service.publishing import publish
from training.labelling.command import main
from training.reading import sources

pytestmark = needs_chromium


def test_what_is_chosen_on_the_page_is_saved_as_a_list_that_training_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    publish(tmp_path / "models", name="lamps")
    Path('more, "new"').mkdir()
    for number in range(3):
        noise = np.random.default_rng(number).integers(0, 255, (6, 8, 3), np.uint8)
        Image.fromarray(noise).resize((160, 120)).save(f'more, "new"/{number}.jpg')
    assert main(["lamps", 'more, "new"']) == 0
    with launched() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto((tmp_path / "suggestions" / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("li").nth(0).get_by_label("bright").check()
        page.locator("li").nth(2).get_by_label("dark").check()
        assert page.locator("output").inner_text() == "2 of 3 labelled"
        with page.expect_download() as started:
            page.get_by_role("button", name="Save labels.csv").click()
        started.value.save_as(tmp_path / "elsewhere" / "labels.csv")
    listing = sources.find(tmp_path / "elsewhere" / "labels.csv")
    assert sorted(found.label for found in listing.found) == ["bright", "dark"]
    assert all(found.read() for found in listing.found)
    assert not listing.unused
