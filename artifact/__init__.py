"""What a trained model is on disk, and the two things that training and serving must do alike.

Those two are: turn the bytes of a file into a tensor (`artifact.image`), and turn a score into a decision
(`artifact.decision`). Both sides call the same functions, so nothing can differ between them.

- `artifact.card`: the contract of a model, `card.json`, with its schema checked on reading.
- `artifact.image`: `load(data, spec)`, the one way from bytes to pixels.
- `artifact.decision`: `decide(logit, novelty, card)`, the one way from a score to an answer.
- `artifact.golden`: reference inputs and outputs that travel with a model, for the self-test.
- `artifact.store`: the folder of published models: publish, read, list, roll back.

It needs numpy and Pillow, and imports nothing else of this project.
"""
