"""How well images of another kind are told from those of the training images' kind.

`python -m benchmarks.novelty [SET_DIR ...]` fits the measure on 10, 35 and 100 images of each set, for each variant of
`pretrained`, and scores the rest of the set, the sets of other kinds, and scikit-image's photographs. It prints which
share of each is flagged: means over the sets with the worst set, and every set, with the AUROC of "another kind".
Features are cached, and with --log a rerun goes on.
"""
