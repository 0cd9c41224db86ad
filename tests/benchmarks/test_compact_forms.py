"""The forms of a network: each computes about the same, on fewer bytes; the table says what each loses."""

import keras
import numpy as np
import onnx
import onnxruntime
import pytest

from artifact.card import ImageSpec
from benchmarks.compact.__main__ import Row, table
from benchmarks.compact.forms import PUBLISHED, forms
from training.fitting import map_head
from training.network.keras_network import KerasNetwork

SIDE = 16


@pytest.fixture(scope="module")
def files():
    keras.utils.set_random_seed(0)
    pixels = keras.Input((SIDE, SIDE, 3))
    maps = keras.layers.Rescaling(1 / 255)(pixels)
    for filters in (24, 32):
        maps = keras.layers.ReLU(6.0)(keras.layers.Conv2D(filters, 3)(maps))
    model = KerasNetwork(map_head.classifier(pixels, maps), ImageSpec(SIDE, SIDE)).to_onnx(None)
    images = np.random.default_rng(0).integers(0, 256, (40, SIDE, SIDE, 3), np.uint8)
    return dict(forms(model, images[:20])), images


def _logits(model, images):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(["logit"], {"image": images})[0]


@pytest.mark.parametrize(("form", "off"), [(PUBLISHED, 1e-6), ("float16", 2e-3), ("static int8", 0.15)])
def test_each_form_computes_about_what_float32_does(files, form, off):
    models, images = files
    expected, found = (_logits(models[name], images) for name in ("float32", form))
    assert np.abs(found - expected).max() <= off * np.ptp(expected)


def test_fewer_bits_make_a_smaller_file(files):
    models, _ = files
    kernels = 3 * 3 * 3 * 24 + 3 * 3 * 24 * 32
    saved = {form: len(models["float32"]) - len(model) for form, model in models.items()}
    assert saved["float16"] == pytest.approx(2 * kernels, rel=0.05)
    assert saved["static int8"] > 0


def test_static_int8_stores_the_convolutions_in_a_byte_a_weight(files):
    models, _ = files
    network = onnx.load_from_string(models["static int8"])
    bytes_of = [t for t in network.graph.initializer if t.data_type == onnx.TensorProto.INT8 and len(t.dims) == 4]
    assert sorted(tuple(t.dims) for t in bytes_of) == [(24, 3, 3, 3), (32, 24, 3, 3)]


def test_the_table_compares_the_losses_image_by_image():
    losses = np.array([0.1, 0.2, 0.3, 0.8])
    more = losses + np.array([0.1, 0.3, 0.1, 0.3])
    rows = {
        ("whole", "float32"): [Row(4.0, 9.0, np.array([1.0, 1, 1, 0]), losses)],
        ("half", "float32"): [Row(2.0, 3.0, np.array([1.0, 1, 0, 0]), more)],
    }
    first, second = table(rows)[2:]
    assert first == "| whole | float32 | 4.00 | 9.0 | 0.750 | 0.350 |  |"
    error = np.std([0.1, 0.3, 0.1, 0.3], ddof=1) / 2
    assert second == f"| half | float32 | 2.00 | 3.0 | 0.500 | 0.550 | +0.200 ± {error:.3f} |"
