"""The models that Triton's Python backend runs, each copied to where Triton looks for it as `model.py`.

They stand here so that they are checked like all other code; only Triton can import them, or a test in its place. Each
reads `card.json` beside itself, and takes `artifact` from the folder that it is in, which Triton puts on the path.
"""
