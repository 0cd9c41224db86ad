"""Networks of one's own: what is read of the files that exporters write, and what is refused in which words."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from tests.training.backbone.own_networks import IMAGENET, Sizes, mean_of_channels, run, write
from training.backbone import BackboneError, own
from training.backbone.own_file import NORMALISATIONS, OwnFile, parse_normalisation
from training.network.graph import Graph


@pytest.fixture
def pixels() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)


def test_pixels_are_scaled_as_was_said_and_put_as_the_file_takes_them(
    tmp_path: Path, pixels: NDArray[np.uint8]
) -> None:
    found = own.read(OwnFile(mean_of_channels(tmp_path / "net.onnx"), normalisation=IMAGENET))
    expected = (pixels.mean(axis=(1, 2)) / 255 - IMAGENET[:3]) / IMAGENET[3:]
    np.testing.assert_allclose(run(found, pixels), expected, atol=1e-5)


@pytest.mark.parametrize("opset", [11, 13, 17, 18, 21])
def test_files_of_older_and_newer_opsets_are_read(tmp_path: Path, opset: int, pixels: NDArray[np.uint8]) -> None:
    """PyTorch 1.x wrote opset 11 and 13 by default, 2.7 writes 17 and 18, later ones 20 and more."""
    file = mean_of_channels(tmp_path / "net.onnx", opset=opset)
    found = own.read(OwnFile(file, normalisation=NORMALISATIONS["unit"]))
    np.testing.assert_allclose(run(found, pixels), pixels.mean(axis=(1, 2)) / 255, atol=1e-5)


def test_a_network_that_was_exported_for_one_picture_is_run_on_many(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    """torch.onnx.export writes the example's batch of 1 as a fixed size unless dynamic axes are named."""
    found = own.read(OwnFile(mean_of_channels(tmp_path / "net.onnx", (1, 3, 8, 8)), normalisation=IMAGENET))
    assert run(found, pixels).shape == (3, 3)


def test_a_network_that_holds_one_picture_fast_is_refused_with_the_way_out(tmp_path: Path) -> None:
    sizes = {"sizes": np.array([1, 192], np.int64)}
    nodes = [helper.make_node("Reshape", ["pixels", "sizes"], ["vector"])]
    file = write(tmp_path / "net.onnx", (1, 3, 8, 8), nodes, {"vector": (1, 192)}, sizes)
    with pytest.raises(BackboneError, match=r"two pictures at once .* dynamic_axes"):
        own.read(OwnFile(file, normalisation=IMAGENET))


def test_a_network_that_mixes_pictures_is_refused(tmp_path: Path) -> None:
    """A network that was exported in training mode normalises by the batch."""
    nodes = [
        helper.make_node("ReduceMean", ["pixels", "batch"], ["centre"], keepdims=1),
        helper.make_node("Sub", ["pixels", "centre"], ["centred"]),
        helper.make_node("Flatten", ["centred"], ["vector"]),
    ]
    file = write(
        tmp_path / "net.onnx", ("n", 3, 8, 8), nodes, {"vector": ("n", 192)}, {"batch": np.array([0], np.int64)}
    )
    with pytest.raises(BackboneError, match=r"beside another one .*eval\(\)"):
        own.read(OwnFile(file, normalisation=IMAGENET))


def test_a_network_of_bytes_needs_no_word_about_pixels(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    nodes = [
        helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["floats", "places"], ["vector"], keepdims=0),
    ]
    weights = {"places": np.array([1, 2], np.int64)}
    file = write(tmp_path / "net.onnx", ("n", 8, 8, 3), nodes, {"vector": ("n", 3)}, weights, kind=TensorProto.UINT8)
    found = own.read(OwnFile(file))
    assert found.layout == "NHWC"
    np.testing.assert_allclose(run(found, pixels), pixels.mean(axis=(1, 2)), rtol=1e-5)


def test_rows_of_numbers_are_pictures_pixel_by_pixel(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    """skl2onnx 1.19 gives a pipeline that was fitted on flattened pictures an input `[None, height * width * 3]`."""
    weights = {"axes": np.random.default_rng(1).normal(size=(192, 4)).astype(np.float32)}
    nodes = [helper.make_node("MatMul", ["pixels", "axes"], ["vector"])]
    file = write(tmp_path / "net.onnx", ("n", 192), nodes, {"vector": ("n", 4)}, weights)
    found = own.read(OwnFile(file, normalisation=NORMALISATIONS["unit"]))
    np.testing.assert_allclose(run(found, pixels), pixels.reshape(3, -1) / 255 @ weights["axes"], atol=1e-4)
    gray = write(tmp_path / "gray.onnx", ("n", 64), nodes, {"vector": ("n", 4)}, {"axes": weights["axes"][:64]})
    assert own.read(OwnFile(gray, normalisation=IMAGENET)).color == "gray"


def test_a_map_is_averaged_and_known_as_a_map(tmp_path: Path, pixels: NDArray[np.uint8]) -> None:
    weights = {"kernel": np.random.default_rng(2).normal(size=(5, 3, 2, 2)).astype(np.float32)}
    nodes = [helper.make_node("Conv", ["pixels", "kernel"], ["map"], strides=[2, 2])]
    file = write(tmp_path / "net.onnx", ("n", 3, 8, 8), nodes, {"map": ("n", 5, 4, 4)}, weights)
    found = own.read(OwnFile(file, normalisation=NORMALISATIONS["unit"]))
    blocks = pixels.reshape(3, 4, 2, 4, 2, 3) / 255
    expected = np.einsum("nhiwjc,ocij->nhwo", blocks, weights["kernel"]).mean(axis=(1, 2))
    np.testing.assert_allclose(run(found, pixels), expected, atol=1e-5)
    feature_map = found.find_map(Graph(), "map")
    assert feature_map is not None
    assert (feature_map.channels, feature_map.side) == (5, 4)


def two_outputs(path: Path, names: dict[str, Sizes]) -> Path:
    """Write a network with vectors and tokens, as Transformers' models have them."""
    nodes = [
        helper.make_node("ReduceMean", ["pixels", "places"], ["pooler_output"], keepdims=0),
        helper.make_node("ReduceMean", ["pixels", "rows"], ["last_hidden_state"], keepdims=0),
        helper.make_node("ReduceMax", ["pixels", "places"], ["image_embeds"], keepdims=0),
    ]
    weights = {"places": np.array([2, 3], np.int64), "rows": np.array([2], np.int64)}
    return write(path, ("n", 3, "h", "w"), nodes, names, weights)


def test_of_a_vector_and_tokens_the_vector_is_taken(tmp_path: Path) -> None:
    """Transformers' exports of DINOv2 give `last_hidden_state` [N, tokens, d] and `pooler_output` [N, d]."""
    file = two_outputs(tmp_path / "net.onnx", {"last_hidden_state": ("n", 3, "w"), "pooler_output": ("n", 3)})
    assert own.read(OwnFile(file, size=8, normalisation=IMAGENET)).output == "pooler_output"


def test_of_two_vectors_one_must_be_named(tmp_path: Path) -> None:
    file = two_outputs(tmp_path / "net.onnx", {"pooler_output": ("n", 3), "image_embeds": ("n", 3)})
    with pytest.raises(BackboneError, match=r"pooler_output \[3\], image_embeds \[3\].*--backbone-output"):
        own.read(OwnFile(file, size=8, normalisation=IMAGENET))
    named = OwnFile(file, size=8, normalisation=IMAGENET, output="image_embeds")
    assert own.read(named).output == "image_embeds"


def test_one_number_for_all_pictures_beside_the_vector_is_passed_over(tmp_path: Path) -> None:
    """Exports of CLIP keep the scale of their logits, those of training a loss."""
    nodes = [
        helper.make_node("ReduceMean", ["pixels", "places"], ["vector"], keepdims=0),
        helper.make_node("ReduceMean", ["pixels"], ["loss"], keepdims=0),
    ]
    outputs: dict[str, Sizes] = {"loss": (), "vector": ("n", 3)}
    file = write(tmp_path / "net.onnx", ("n", 3, 8, 8), nodes, outputs, {"places": np.array([2, 3], np.int64)})
    assert own.read(OwnFile(file, normalisation=IMAGENET)).output == "vector"


def test_tokens_alone_are_refused(tmp_path: Path) -> None:
    file = two_outputs(tmp_path / "net.onnx", {"last_hidden_state": ("n", 3, "w")})
    with pytest.raises(BackboneError, match=r"last_hidden_state \[3, 8\].*pooler_output"):
        own.read(OwnFile(file, size=8, normalisation=IMAGENET))


def test_a_size_that_nobody_said_is_asked_for(tmp_path: Path) -> None:
    file = mean_of_channels(tmp_path / "net.onnx", ("n", 3, "h", "w"))
    with pytest.raises(BackboneError, match="--backbone-size 224"):
        own.read(OwnFile(file, normalisation=IMAGENET))
    with pytest.raises(BackboneError, match="8 x 8 pixels; --backbone-size says 9"):
        own.read(OwnFile(mean_of_channels(tmp_path / "fixed.onnx"), size=9, normalisation=IMAGENET))


def test_scaling_that_nobody_said_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match=r"--backbone-normalise: imagenet, clip"):
        own.read(OwnFile(mean_of_channels(tmp_path / "net.onnx")))


def test_what_transformers_writes_beside_the_file_is_believed(tmp_path: Path) -> None:
    """The keys are those of Transformers 5.24's `BitImageProcessor.save_pretrained`."""
    described = {
        "do_normalize": True,
        "image_mean": [0.1, 0.2, 0.3],
        "image_std": [0.4, 0.5, 0.6],
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "size": {"shortest_edge": 10},
        "crop_size": {"height": 8, "width": 8},
    }
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(described))
    found = own.read(OwnFile(mean_of_channels(tmp_path / "net.onnx", ("n", 3, "h", "w"))))
    assert found.normalisation == pytest.approx((0.1, 0.2, 0.3, 0.4, 0.5, 0.6))
    assert (found.height, found.width) == (8, 8)
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({**described, "image_std": None}))
    with pytest.raises(BackboneError, match=r"preprocessor_config.json has .* None"):
        own.read(OwnFile(tmp_path / "net.onnx"))


def test_what_timm_writes_beside_the_file_is_believed(tmp_path: Path) -> None:
    """The keys are those of timm 1.0's `config.json`."""
    trained = {"input_size": [3, 8, 8], "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}
    (tmp_path / "config.json").write_text(json.dumps({"architecture": "any", "pretrained_cfg": trained}))
    found = own.read(OwnFile(mean_of_channels(tmp_path / "net.onnx", ("n", 3, "h", "w"))))
    assert found.normalisation == (0.5, 0.5, 0.5, 0.25, 0.25, 0.25)
    assert found.height == 8


@pytest.mark.parametrize(
    ("sizes", "message"),
    [(("n", 5, 8, 8), r"float \[n, 5, 8, 8\]; pictures of one or three"), (("n", 50), r"\[n, 50\]")],
)
def test_what_takes_no_pictures_is_refused(tmp_path: Path, sizes: Sizes, message: str) -> None:
    file = write(
        tmp_path / "net.onnx", sizes, [helper.make_node("Flatten", ["pixels"], ["vector"])], {"vector": ("n", "d")}
    )
    with pytest.raises(BackboneError, match=message):
        own.read(OwnFile(file, normalisation=IMAGENET))


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"weights")
    with pytest.raises(BackboneError, match="cannot be read as an ONNX network"):
        own.read(OwnFile(tmp_path / "net.onnx"))
    with pytest.raises(BackboneError, match="does not exist"):
        own.read(OwnFile(tmp_path / "nosuch.onnx"))


def test_normalisations_are_read_by_name_or_as_numbers() -> None:
    assert parse_normalisation("half") == (0.5,) * 6
    assert parse_normalisation("0,0,0,1,1,2") == (0, 0, 0, 1, 1, 2)
    for text in ("imagnet", "1,2,3", "0,0,0,0,1,1", "a,b,c,d,e,f"):
        with pytest.raises(ValueError, match="imagenet"):
            parse_normalisation(text)
