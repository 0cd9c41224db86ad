"""How good the models are: every strategy and plain baselines on the same draws of real images.

`python -m benchmarks.accuracy [SET_DIR ...]` draws 10, 35 and 100 training images from each set, trains on them as
`python -m training` would, tests on the rest, and prints tables. scikit-image's faces and three pairs of scikit-learn's
digits are always there; folders with more sets can be named.
"""
