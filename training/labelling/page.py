"""The page to label on: each suggested image with what the model says, and buttons that write the list.

It is one file that needs nothing else. Without a script the images are shown, and the list is filled in by hand.
"""

import base64
import io
import json
from html import escape
from pathlib import Path

from artifact import image
from artifact.card import ImageSpec
from artifact.counting import counted
from training.labelling.suggesting import Suggested, Suggestion
from training.reading.dataset import Sample

SIDE = 320
"""Of a shown image, in pixels at most."""

STYLE = """\
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 1.5rem; padding: 0; }
li { list-style: none; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 0.5rem;
  padding: 1rem; overflow-wrap: anywhere; break-inside: avoid; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
img { display: block; width: 100%; height: 14rem; object-fit: contain; }
p { margin: 0.5rem 0; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
legend { padding: 0; font-weight: bold; }
label { padding: 0.25rem 0; }
button { font: inherit; padding: 0.5rem 1rem; }
.save { position: sticky; bottom: 0; background: Canvas; padding: 0.75rem 0; }
@media print { .save, fieldset { display: none; } }
"""
SCRIPT = """\
const form = document.querySelector("form");
const files = JSON.parse(document.getElementById("files").textContent);
const chosen = () => files.map((file, at) => [file, form.elements["image" + at].value]).filter(([, label]) => label);
const cell = text => /[",\\r\\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
let saved = "";
const count = () => {
  form.querySelector("output").textContent = chosen().length + " of " + files.length + " labelled";
};
const text = () => "file,label\\n" + chosen().map(row => row.map(cell).join(",") + "\\n").join("");
form.querySelector(".save").hidden = false;
document.querySelectorAll("fieldset").forEach(one => { one.disabled = false; });
form.addEventListener("change", count);
form.addEventListener("submit", event => {
  event.preventDefault();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text()], { type: "text/csv" }));
  link.download = "labels.csv";
  link.click();
  URL.revokeObjectURL(link.href);
  saved = text();
});
addEventListener("beforeunload", event => { if (chosen().length && text() !== saved) event.preventDefault(); });
count();
"""


def render(suggested: Suggested, sheet: Path, train: str) -> str:
    """Return the page.

    Args:
        suggested: The images, the one that teaches most first.
        sheet: The list to fill in, which lies beside the page.
        train: The command that learns from the list once it is filled in.
    """
    card, many = suggested.card, len(suggested.suggestions)
    title = f"{card.name}: label {'this image' if many == 1 else f'these {many} images'} next"
    files = json.dumps([str(Path(one.sample.file).absolute()) for one in suggested.suggestions]).replace("<", "\\u003c")
    cards = "".join(_item(at, one, suggested) for at, one in enumerate(suggested.suggestions))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
        f"<p>Of {counted(len(suggested.pool.samples), 'image')} without a label, these would teach version "
        f"{escape(card.version)} most, the first most of all. Say what each is, save the list, and train with it, "
        f"beside the images that you have labelled before:</p><pre>{escape(train)}</pre>"
        "<p>Leave out what is neither, or what you cannot tell. The list can be filled in by hand too: "
        f"<code>{escape(str(sheet))}</code>, column <code>label</code>.</p>"
        f'<form><ol>{cards}</ol><div class="save" hidden><button>Save labels.csv</button> <output></output></div>'
        "</form></main>"
        f'<script type="application/json" id="files">{files}</script><script>{SCRIPT}</script></body></html>\n'
    )


def _item(at: int, one: Suggestion, suggested: Suggested) -> str:
    classes, said = suggested.card.classes, one.decision
    buttons = "".join(
        f'<label><input type="radio" name="image{at}" value="{escape(value)}"'
        f"{'' if value else ' checked'}> {escape(text)}</label>"
        for value, text in (
            (classes.positive, classes.positive),
            (classes.negative, classes.negative),
            ("", "leave out"),
        )
    )
    name = Path(one.sample.file).name
    return (
        f'<li><img alt="{escape(name)}" src="data:image/jpeg;base64,{_thumbnail(one.sample)}">'
        f"<p><code>{escape(one.sample.file)}</code></p><p>The model says {escape(said.label)}, "
        f"{min(99, round(100 * said.probabilities[said.label]))} %. {escape(one.explain(suggested.card))}</p>"
        f"<fieldset disabled><legend>What is it?</legend>{buttons}</fieldset></li>"
    )


def _thumbnail(sample: Sample) -> str:
    picture = image.decode(sample.read(), ImageSpec(SIDE, SIDE, reading=sample.reading))
    small = image.flatten(picture).convert("RGB")
    small.thumbnail((SIDE, SIDE))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=85)
    return base64.b64encode(file.getvalue()).decode()
