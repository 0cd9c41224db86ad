#!/usr/bin/env bash
# Keras 3.15.1: with BatchNormalization at its default momentum of 0.99 and a few dozen steps, fit() reports an accuracy of
# 0.95 and more while validation on the very same rows stays at chance, with a loss several times that of guessing:
# 36 steps leave 0.99^36 = 70 % of the moving statistics where they began (mean 0, variance 1), and inference uses those.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 numpy==2.4.6
cat > "$folder/look.py" <<'PYTHON'
import os

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

keras.utils.set_random_seed(0)
x = (np.random.default_rng(0).normal(size=(96, 20)) * 5 + 30).astype("float32")
y = (x[:, 0] > 30).astype("float32")
layers = keras.layers
model = keras.Sequential(
    [
        keras.Input((20,)),
        layers.Dense(32),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=12, batch_size=32, validation_data=(x, y), verbose=0).history
print("keras", keras.__version__)
for name in ("accuracy", "val_accuracy", "loss", "val_loss"):
    print(f"{name:12}", [round(value, 2) for value in history[name]])
print("largest common class:", max(y.mean(), 1 - y.mean()).round(3))
same_rows_at_chance = max(history["val_accuracy"][-4:]) < 0.6 and history["val_loss"][-1] > 2
raise SystemExit(0 if history["accuracy"][-1] > 0.9 and same_rows_at_chance else 1)
PYTHON
"$folder/venv/bin/python" "$folder/look.py" 2> "$folder/errors" || { cat "$folder/errors"; exit 1; }
