import runpy
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="session")
def reference_inputs() -> dict[str, NDArray[np.uint8]]:
    """Name to uint8 image [size, size, 3]: the images that the authors' PyTorch network was run on."""
    made: dict[str, NDArray[np.uint8]] = runpy.run_path(str(REFERENCE / "make.py"))["make_inputs"]()
    return made


@pytest.fixture(scope="session")
def reference_activations() -> dict[str, NDArray[np.float32]]:
    """ "<image>/<part>" to what the authors' PyTorch network said; see reference/make.py."""
    with np.load(REFERENCE / "activations.npz") as archive:
        return dict(archive)
