"""A convolutional base that learned on handwritten digits: what the `mnist` strategy starts from.

The weights in `digits.npz` are of our own making, by `python -m training.pretraining IDX_DIR` on the 10,000 test images
of MNIST (LeCun, Cortes and Burges; CC BY-SA 3.0). Without a folder the command uses scikit-learn's 1,797 digits, which
need no download.

Public surface: `network.build_base`, `weights.load` and `weights.save`, `digits.read_idx` and `digits.load_bundled`.
"""
