"""A convolutional base that learned on handwritten digits: what the `mnist` strategy starts from.

The weights in `digits.npz` are of our own making, by `python -m training.pretraining IDX_DIR --skip 1000` on the last
9,000 test images of MNIST (LeCun, Cortes and Burges; CC BY-SA 3.0); the first 1,000 are what `benchmarks.accuracy` asks
about, so they are left out. Without a folder the command uses scikit-learn's 1,797 digits, which
need no download.

Public surface: `network.build_base`, `weights.load` and `weights.save`, `digits.read_idx` and `digits.load_bundled`.
"""
