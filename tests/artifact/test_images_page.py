"""docs/images.md is true: its table has the formats' rows, and every refusal that it quotes is really said."""

import re
from pathlib import Path

import pytest

from artifact import formats

PAGE = (Path(__file__).parents[2] / "docs" / "images.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "artifact").rglob("*.py"))


def test_the_table_has_a_row_for_each_format_and_its_suffixes_and_extra() -> None:
    table = {row[0]: row for row in ROWS if len(row) == 4}
    for known in formats.TABLE:
        _, suffixes, needed, *_ = table[known.name]
        assert set(suffixes.split()) == set(known.suffixes)
        if known.extra:
            assert f"`{known.extra}`" in needed
    assert {row[0] for row in ROWS if len(row) == 4 and row[1].startswith(".")} == {row.name for row in formats.TABLE}


@pytest.mark.parametrize("words", [row[1] for row in ROWS if row[1].startswith("“")])
def test_a_refusal_is_said_in_the_words_that_the_page_quotes(words: str) -> None:
    said = re.sub(r'"\s*\n\s*f?"', "", SOURCES)  # sentences that go over several lines
    pattern = re.escape(words.strip("“”")).replace(re.escape("…"), ".{0,60}?")
    assert re.search(pattern, said), words
