#!/usr/bin/env bash
# Keras 3.15.1, three losses of one History that do not mean what a reader of curves takes them to mean:
# - with class_weight, `loss` is the weighted sum over the number of rows, not over the sum of weights (scikit-learn's
#   log_loss): an undecided model costs 1.25 instead of ln 2, while `val_loss` beside it is not weighted at all (0.69);
# - one softmax unit with categorical_crossentropy trains at a loss of 6e-8, nearly perfect, with an accuracy of 0.5;
# - ten softmax units with binary_crossentropy begin at 0.33 instead of ln 10 = 2.30, with an accuracy of about 0.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 numpy==2.4.6 scikit-learn==1.9.1
cat > "$folder/look.py" <<'PYTHON'
import os

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np
from sklearn.metrics import log_loss


def history(x, y, units, activation, loss, **options):
    """Fit one layer for an epoch and return what Keras reports."""
    keras.utils.set_random_seed(0)
    dense = keras.layers.Dense(units, activation=activation, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((x.shape[1],)), dense])
    model.compile(keras.optimizers.SGD(0.0), loss=loss, metrics=["accuracy"])
    fitted = model.fit(x, y, batch_size=len(x), verbose=0, **options)
    return {name: values[0] for name, values in fitted.history.items()}


x = np.random.default_rng(0).normal(size=(100, 4)).astype("float32")
rare = (np.arange(100) < 10).astype("float32")
weighted = history(x, rare, 1, "sigmoid", "binary_crossentropy", class_weight={0: 1.0, 1: 9.0}, validation_data=(x, rare))
mean = log_loss(rare, np.full(100, 0.5), sample_weight=np.where(rare > 0, 9.0, 1.0))
half = (np.arange(100) % 2).astype("float32")[:, None]
one_unit = history(x, half, 1, "softmax", "categorical_crossentropy")
ten = history(x, np.eye(10, dtype="float32")[np.arange(100) % 10], 10, "softmax", "binary_crossentropy")
print("keras", keras.__version__)
print("class_weight, undecided model:", weighted, "scikit-learn's weighted mean:", mean)
print("one softmax unit, categorical_crossentropy:", one_unit)
print("ten softmax units, binary_crossentropy:", ten)
seen = [
    abs(weighted["loss"] - 1.8 * np.log(2)) < 1e-3 and abs(weighted["val_loss"] - np.log(2)) < 1e-3 and abs(mean - np.log(2)) < 1e-6,
    one_unit["loss"] < 1e-6 and one_unit["accuracy"] == 0.5,
    abs(ten["loss"] - 0.325) < 0.05 and ten["accuracy"] < 0.2,
]
raise SystemExit(0 if all(seen) else 1)
PYTHON
"$folder/venv/bin/python" "$folder/look.py" 2> "$folder/errors" || { cat "$folder/errors"; exit 1; }
