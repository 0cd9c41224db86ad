"""From what the user has (a folder, a .zip, a CSV list, the built-in example) to labelled samples.

`sources.find` and `example.find` find the files; `dataset.read` reads each once, keeps what is usable, and names what
is not with its reason. Pixels are not kept: a sample knows where its bytes are, so many images take little room.
"""
