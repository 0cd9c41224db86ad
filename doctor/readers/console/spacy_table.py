"""What `spacy train` prints: a table of `E`, `#`, a loss for each component, scores, and the score of all.

E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  SCORE
---  ------  ------------  --------  ------  ------
0       0          0.00     46.28    0.00    0.00
"""

from __future__ import annotations

import re
from typing import Any

from doctor.log import Log
from doctor.readers.console.printed import is_number
from doctor.readers.spacy_rounds import log_of

_HEADER = re.compile(r"^E\s{2,}#\s{2,}LOSS ")
_LOSS = "LOSS "


def _read(lines: list[str]) -> Log | None:
    rows: list[dict[str, Any]] = []
    header: list[str] = []
    for line in lines:
        if _HEADER.match(line.strip()):
            header = re.split(r"\s{2,}", line.strip())
        cells = line.split()
        if header and len(cells) == len(header) and all(map(is_number, cells)):
            held = dict(zip(header, map(float, cells), strict=True))
            losses = {name.removeprefix(_LOSS): value for name, value in held.items() if name.startswith(_LOSS)}
            rows.append({"epoch": held["E"], "step": held["#"], "losses": losses, "score": held.get("SCORE")})
    return log_of(rows) if rows else None


STYLE = _read
