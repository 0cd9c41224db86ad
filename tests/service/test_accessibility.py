"""axe-core finds nothing on any page, light or dark, before and after it was used."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.browser import Pages, ask, needs_chromium
from tests.service.pictures import picture
from tests.service.publishing import publish
from tests.service.running import Running, running

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
pytestmark = needs_chromium
ROOT = Path(__file__).parents[2]
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Running]]:
    """A service with an ill model and feedback, one without a model, and one with the model that is shipped."""
    folder = tmp_path_factory.mktemp("axe")
    publish(folder / "ill")
    (folder / "shipped").symlink_to(ROOT / "models")
    with (
        running(folder / "ill", feedback=folder / "feedback", workers=1) as ill,
        running(folder / "none", workers=1, wait_for_model=True) as none,
        running(folder / "shipped", workers=1) as shipped,
    ):
        yield {"ill": ill, "none": none, "shipped": shipped}


@pytest.fixture
def open_page(services: dict[str, Running], browser: Any) -> Iterator[Any]:
    opened = {name: Pages(browser, service.port) for name, service in services.items()}
    # axe is put into the page by the test, which the page's own policy rightly forbids to anybody else
    yield lambda model, path, **options: opened[model](path, bypass_csp=True, **options)
    for pages in opened.values():
        pages.close()


def _complaints(page: Any) -> list[str]:
    """Return what axe finds in either scheme: the rule, why, and where."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("scheme => matchMedia(`(prefers-color-scheme: ${scheme})`).matches", scheme)
        response = axe.Axe().run(page).response
        assert len(response["passes"]) > 5  # it ran
        found += [
            f"{scheme}: {rule['id']}: {rule['help']} at {node['html'][:200]}"
            for rule in response["violations"]
            for node in rule["nodes"]
        ]
    return found


@pytest.fixture(scope="module")
def examined() -> set[str]:
    """The pages that were examined as they open, by their HTML: some are alike whatever the model is."""
    return set()


@pytest.mark.parametrize("path", ["/", "/report", "/doctor", "/docs"])
@pytest.mark.parametrize("model", ["ill", "shipped", "none"])
def test_every_page_as_it_opens(
    open_page: Any, services: dict[str, Running], examined: set[str], model: str, path: str
) -> None:
    page = open_page(model, path)
    html = page.content().replace(f":{services[model].port}", "")
    if html not in examined:
        assert not _complaints(page)
        examined.add(html)


def test_answers_and_errors(open_page: Any, tmp_path: Path) -> None:
    page = open_page("ill", "/")
    files = {"bright.png": picture(255), "dark.png": picture(0), "between.png": picture(128), "note.png": b"a note"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert len(ask(page, [tmp_path / name for name in files])) == len(files)
    page.click("text=It is dark >> nth=0")
    page.wait_for_selector("text=Kept as dark")
    page.check("#heat")
    page.set_viewport_size({"width": 390, "height": 844})
    assert not _complaints(page)
    page.click("text=Take a picture")
    page.wait_for_selector("dialog .shoot:visible")
    assert not _complaints(page)


def test_a_diagnosis_with_everything_unfolded(open_page: Any) -> None:
    page = open_page("none", "/doctor", viewport={"width": 390, "height": 844})
    page.fill("#text", "epoch,loss,val_loss,odd\n" + "".join(f"{n},{0.9**n},{0.5 + n / 9},1\n" for n in range(12)))
    page.click("form button")
    page.wait_for_selector("#diagnosis")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.locator("details[open]").count() >= 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not _complaints(page)


def test_the_report_with_everything_unfolded(open_page: Any) -> None:
    page = open_page("ill", "/report")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.locator("details[open]").count() >= 2
    assert not _complaints(page)


def test_a_fault_would_be_found(open_page: Any) -> None:
    page = open_page("ill", "/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    complaints = _complaints(page)
    assert all(any(f"{scheme}: image-alt" in one for one in complaints) for scheme in SCHEMES)
