"""What one would try first: L2 logistic regression with C by cross-validation, on three kinds of features.

They are raw pixels, HOG, and what a careful expert takes: the averages of EfficientNet-Lite0's last map of the whole
picture, squeezed, centred and with one common scale.
"""

import numpy as np
from numpy.typing import NDArray
from skimage.feature import hog
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold

from artifact.card import ImageSpec
from training.backbone import Cache
from training.backbone.extract import Extractor
from training.pixels import load_all, stream
from training.reading.dataset import Sample

NAMES = ("raw pixels", "HOG", "expert")


def features(name: str, samples: list[Sample]) -> NDArray[np.float64]:
    """Return a baseline's features, `[n, d]`, of unit mean squared length."""
    found: NDArray[np.floating]
    if name == "raw pixels":
        found = load_all(samples, ImageSpec(32, 32, "gray")).reshape(len(samples), -1) / 255.0
    elif name == "expert":
        spec = ImageSpec(224, 224)
        found = Extractor(spec.height, cache=Cache()).extract(stream(samples, spec)).pooled["last"]
    else:
        pixels = load_all(samples, ImageSpec(128, 128, "gray"))[..., 0]
        found = np.stack(
            [hog(image, orientations=9, pixels_per_cell=(16, 16), cells_per_block=(2, 2)) for image in pixels]
        )
    return np.asarray(found, dtype=np.float64)


def logits(train: NDArray[np.float64], labels: NDArray[np.int64], test: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit on the training rows and score the test rows."""
    centre = train.mean(axis=0)
    train, test = _turn(train - centre, test - centre)
    scale = np.sqrt((train**2).sum(axis=1).mean())
    folds = StratifiedKFold(min(5, int(np.bincount(labels).min())), shuffle=True, random_state=0)
    model = LogisticRegressionCV(
        Cs=np.logspace(-2, 3, 11),
        l1_ratios=(0.0,),
        cv=folds,
        scoring="neg_log_loss",
        max_iter=2000,
        use_legacy_attributes=False,
    )
    model.fit(train / scale, labels)
    return np.asarray(model.decision_function(test / scale))


def _turn(train: NDArray[np.float64], test: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turn centred features to as many dimensions as there are training rows, in which regularised weights lie.

    That changes no solution (the representer theorem), and fits a hundred images in a tenth of the time.
    """
    if train.shape[1] <= len(train):
        return train, test
    kept = np.linalg.svd(train, full_matrices=False)[2].T
    return train @ kept, test @ kept
