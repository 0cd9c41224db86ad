"""The report as a page by itself: in the order of its guide, safe, and complete in Chromium and on paper."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from artifact.report import glossary, page, reading
from tests.service.browser import launched, needs_chromium
from tests.service.pictures import picture
from tests.service.publishing import REPORT

ROOT = Path(__file__).parents[2]
CURVES = page.Curves("<svg><title>final</title></svg>", "<svg><title>folds</title></svg>")
GROWING = {
    "summary": "With 70 images expect about 90 of 100 told right (84 to 96).",
    "measured": [{"images": 7.0, "accuracy": 0.7}, {"images": 28.0, "accuracy": 0.86}],
    "curve": [{"images": images, "value": 0.9, "low": 0.84, "high": 0.96} for images in (35, 70)],
}
FULL = REPORT | {
    "framing": {"summary": "The middle of the picture is used."},
    "recognises_other_kinds": True,
    "more_images": GROWING,
}
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True}


def body(document: dict[str, Any], title: str, curves: page.Curves, **more: Any) -> str:
    return page.body(reading.read(document), title, curves, **more)


def headings(html: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", html)


def test_the_page_has_the_sections_of_its_guide_in_their_order() -> None:
    guide = re.findall(r"^## (.*)$", (ROOT / "docs" / "report.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings(body(FULL, "bees", CURVES)) == guide


def test_a_number_of_patients_is_no_list_of_files() -> None:
    told = {"check": "groups", "severity": "info", "summary": "From 6 patients.", "evidence": {"groups": 6}}
    assert "From 6 patients." in body(FULL | {"checks": [told]}, "bees", CURVES)


def test_the_version_before_is_spoken_of_where_there_was_one() -> None:
    said = "It is better than version 1 by 4 points (+1 to +7 points, on the 90 images)."
    assert said in body(FULL | {"than_before": {"summary": said}}, "bees", CURVES)
    assert "served before" not in body(FULL | {"than_before": None}, "bees", CURVES)


def test_candidates_that_were_stopped_early_are_named_with_the_reason() -> None:
    stopped = [{"candidate": "scratch", "reason": "It could not win any more after 35 of 350 scores."}]
    html = body(FULL | {"stopped": stopped}, "bees", CURVES)
    assert "<dt>scratch</dt><dd>It could not win any more after 35 of 350 scores.</dd>" in html
    assert "stopped early" not in body(FULL, "bees", CURVES)
    assert "<dt>scratch</dt>" in body({"stopped": stopped}, "bees", CURVES)  # nothing else was tried


def test_what_more_images_would_bring_is_said_and_drawn() -> None:
    html = body(FULL, "bees", CURVES)
    assert f"<p>{GROWING['summary']}</p>" in html
    assert f"learned from. {GROWING['summary']}</title>" in html  # for who hears the picture
    assert "What more images would bring" not in body(FULL | {"more_images": None}, "bees", CURVES)


def test_a_file_that_cannot_be_had_is_not_offered() -> None:
    html = body(FULL, "bees", CURVES, link=lambda file: file if file == "card.json" else None)
    assert re.findall(r'<li><a href="(.*?)">', html) == ["card.json"]


def test_every_word_of_the_trade_in_a_table_is_explained_beside_it_and_below() -> None:
    html = body(FULL, "bees", CURVES)
    explained = re.findall(r'<abbr title="(.*?)">', html)
    assert len(explained) >= 8
    below = html[html.index('id="words"') :]
    for word in glossary.WORDS:
        assert f"<dt>{word}</dt>" in below
    assert "AUROC" not in re.sub(r"<abbr.*?</abbr>|<section id=\"words\">.*", "", html, flags=re.DOTALL)


def test_the_lights() -> None:
    def light(**sections: Any) -> str:
        found = re.search(r'<p class="light (\w+)">(.*?)</p>', body({"checks": [], **sections}, "bees", CURVES))
        assert found is not None
        return f"{found[1]}: {found[2]}"

    grave = {"check": "contradictory labels", "severity": "critical", "summary": "Both."}
    assert light() == "green: The checks found no reason for distrust."
    assert light(checks=[grave | {"severity": "info"}]).startswith("green")
    assert light(checks=[grave | {"severity": "warning"}]) == "yellow: Use it with care: 1 reason for distrust."
    assert light(checks=[grave]) == "red: Do not use it before this is mended: 1 grave fault."
    assert light(estimate={"no_better_than_guessing": True}) == "red: Nothing was learned that tells the classes apart."
    told = {"no_better_than_guessing": True, "log_loss": {"value": 0.24}, "base_log_loss": 0.27}
    assert light(estimate=told).startswith("red: These images are too few to show that anything was learned")
    assert (
        light(estimate=told | {"log_loss": {"value": 0.28}}) == "red: Nothing was learned that tells the classes apart."
    )
    ill = {"folds": [{}, {}, {}], "symptoms": {"overfitting": 1, "healthy": 2, "too_small_validation": 3}}
    well = {"final": {"diagnosis": {"healthy": True, "verdict": "Training went well."}}}
    html = body({"training": ill | well}, "bees", page.Curves(final="<svg/>"))
    assert "In the 3 runs of the cross-validation the doctor sees overfitting in 1." in html
    assert "went well" not in html
    easy = {"folds": [{}, {}, {}], "symptoms": {"too_good_too_soon": 3}}
    html = body({"checks": [], "training": easy | well}, "bees", page.Curves(final="<svg/>"))
    assert "The checks found no reason for distrust." in html
    assert "too good too soon in 3" in html  # among what the doctor saw
    assert "went well" in html


BANDS = {
    "From 30 % to 70 % it says that it is uncertain": ({"low": 0.3, "high": 0.7}, False),
    "No answer is flagged uncertain: the band of those is empty": ({"low": 0.5, "high": 0.5}, False),
    "Every answer is flagged uncertain, since it is no better than guessing.": ({"low": 0.3, "high": 0.7}, True),
}


@pytest.mark.parametrize("said", BANDS)
def test_the_page_says_which_answers_are_uncertain(said: str) -> None:
    band, guessing = BANDS[said]
    sections = {"calibration": {"threshold": 0.5, "uncertain": band}, "estimate": {"no_better_than_guessing": guessing}}
    text = " ".join(re.sub(r"<.*?>", "", body(sections, "bees", CURVES)).split())
    assert [sentence for sentence in BANDS if sentence in text] == [said]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a report with pictures as training does."""
    import base64

    from PIL import Image

    with Image.open(io.BytesIO(picture(200))) as small:
        large = io.BytesIO()
        small.resize((320, 240)).convert("RGB").save(large, "JPEG")
    thumbnail = base64.b64encode(large.getvalue()).decode()
    wrong = {"count": 1, "images": [REPORT["wrong"]["images"][0] | {"thumbnail": thumbnail}]}
    path = tmp_path_factory.mktemp("alone") / "report.html"
    looks = [REPORT["images_to_look_at"][0] | {"thumbnail": thumbnail}]
    confusion = [REPORT["confusion"]["rows"][0] | {"images": [{"file": "dark/1.png", "thumbnail": thumbnail}]}]
    report = FULL | {"wrong": wrong, "images_to_look_at": looks, "confusion": {"rows": confusion}}
    path.write_text(page.alone(reading.read(report), "bees", CURVES), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as started:
        yield started


@needs_chromium
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_it_opens_without_a_service_a_script_or_a_complaint(browser: Any, file: Path, screen: dict[str, Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = browser.new_context(**screen, bypass_csp=True)  # axe is put in by the test
    shown = context.new_page()
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(file.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert shown.evaluate("document.documentElement.scrollWidth") <= screen["viewport"]["width"]
    assert axe.Axe().run(shown).response["violations"] == []
    context.close()


@needs_chromium
def test_a_photo_is_200_pixels_high_and_is_enlarged_by_one_click_under_its_own_policy(browser: Any, file: Path) -> None:
    context = browser.new_context(**DESK, java_script_enabled=False)
    shown = context.new_page()
    complaints: list[str] = []
    shown.on("console", lambda said: complaints.append(said.text))
    shown.goto(file.as_uri())
    photo = shown.locator("#wrong img")
    assert photo.bounding_box()["height"] == 200  # the style is applied
    photo.click()
    assert shown.locator("#wrong input").is_checked()
    assert photo.bounding_box()["width"] == 640
    assert complaints == []
    context.close()


@needs_chromium
def test_on_paper_everything_is_unfolded(browser: Any, file: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    context = browser.new_context(**DESK)
    shown = context.new_page()
    shown.goto(file.as_uri())
    assert not shown.locator(".confusion code").is_visible()
    pages = pypdf.PdfReader(io.BytesIO(shown.pdf(format="A4"))).pages
    text = " ".join(" ".join(one.extract_text() for one in pages).split())
    for said in (REPORT["verdict"], "was dark, said bright, 83 %", "Is the label right?", "dark/1.png", "dark/9.heic"):
        assert said in text
    which = text[text.index("What it took for what") : text.index("What it sees")]
    assert "dark/1.png" in which
    assert "larger" not in text
    context.close()
