"""spaCy: what `spacy train` prints, and its output file."""

import json
import random
import subprocess
import sys

import spacy
from spacy.tokens import DocBin

from benchmarks.doctor.logs.loop import truth

drawn, blank = random.Random(0), spacy.blank("en")
for name, count in (("train", 60), ("dev", 20)):
    docs = DocBin()
    for _ in range(count):
        good = drawn.random() < 0.5
        words = ("good", "fine", "film") if good else ("bad", "poor", "film")
        doc = blank.make_doc(" ".join(drawn.choice(words) for _ in range(5)))
        doc.cats = {"good": float(good), "bad": float(not good)}
        docs.add(doc)
    docs.to_disk(f"{name}.spacy")
command = [sys.executable, "-m", "spacy"]
subprocess.run([*command, "init", "config", "base.cfg", "--pipeline", "textcat", "--force"], check=True)
settings = {
    "paths.train": "train.spacy",
    "paths.dev": "dev.spacy",
    "training.max_epochs": 8,
    "training.eval_frequency": 5,
    "training.batcher.size.start": 100,
    "training.logger.@loggers": "spacy.ConsoleLogger.v3",
    "training.logger.progress_bar": "null",
    "training.logger.output_file": "log.jsonl",
    "training.logger.console_output": "true",
}
options = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
with open("printed.txt", "w") as file:
    subprocess.run([*command, "train", "base.cfg", *options], check=True, stdout=file, stderr=file)
with open("log.jsonl") as file:
    rows = [json.loads(line) for line in file]
losses = [row["losses"]["textcat"] for row in rows[1:]]  # the first is that of one batch, before training
scores = [row["score"] for row in rows]
printed = {"loss": ["", *(round(loss, 2) for loss in losses)], "val_accuracy": [round(score, 2) for score in scores]}
truth(("log.jsonl", {"loss": ["", *losses], "val_accuracy": scores}), ("printed.txt", printed))
