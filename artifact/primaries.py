"""Colour profiles of what a file declares without one: primaries and a transfer function by their numbers.

Phones and the web's encoders declare Display P3 in AVIF, HEIC and PNG by two numbers (nclx and cICP; ITU-T H.273), PNG
also by chromaticities (cHRM), cameras Adobe RGB by a word in EXIF (DCF 2.0). The profile that is made here says the
same to `artifact.profiles`.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Chromaticities = tuple[float, float, float, float, float, float, float, float]
"""x and y of white, red, green and blue, as cHRM orders them."""

_D65, _C = (0.3127, 0.329), (0.31, 0.316)
SRGB: Chromaticities = (*_D65, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
ADOBE_RGB: Chromaticities = (*_D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
ADOBE_GAMMA = 563 / 256
_BY_NUMBER: dict[int, Chromaticities] = {
    4: (*_C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*_D65, 0.64, 0.33, 0.29, 0.6, 0.15, 0.06),
    6: (*_D65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    7: (*_D65, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07),
    8: (*_C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*_D65, 0.708, 0.292, 0.17, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    12: (*_D65, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06),
    22: (*_D65, 0.63, 0.34, 0.295, 0.605, 0.155, 0.077),
}
"""Primaries that are not those of sRGB (H.273, table 2): BT.470, BT.601, film, BT.2020, P3 of cinemas and displays."""
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0}
"""Transfer functions (table 3) that are powers; video's own (1, 6, 14, 15) is shown by displays as sRGB's."""
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D50 = np.array([0.9642, 1.0, 0.8249])
_SRGB_CURVE = b"para\0\0\0\0\0\3\0\0" + struct.pack(
    ">5i", *(round(65536 * value) for value in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
)
_NEAR = 0.003
"""Chromaticities that differ by less are the same ones, rounded."""


def by_numbers(primaries: int, transfer: int) -> bytes | None:
    """Return the profile of colours that are declared by numbers; None where they are those of sRGB, or unknown."""
    chromaticities, gamma = _BY_NUMBER.get(primaries, SRGB), _GAMMAS.get(transfer)
    return None if chromaticities == SRGB and gamma is None else profile(chromaticities, gamma)


def are_srgb(chromaticities: Sequence[float]) -> bool:
    """Tell whether chromaticities are about those of sRGB."""
    return all(abs(one - other) < _NEAR for one, other in zip(chromaticities, SRGB, strict=True))


@lru_cache(maxsize=32)
def profile(chromaticities: Chromaticities, gamma: float | None) -> bytes | None:
    """Return an ICC profile (ICC.1:2001-04) of three primaries and one curve; None where no colours are like that.

    Args:
        chromaticities: Of white and of the primaries.
        gamma: The exponent of the curve; None for that of sRGB.
    """
    columns = _to_d50(np.asarray(chromaticities).reshape(4, 2))
    if columns is None:
        return None
    curve = _SRGB_CURVE if gamma is None else b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(256 * gamma))
    tags = {name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns.T, strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve) | {b"wtpt": _xyz(_D50)}
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += content
    head = struct.pack(">I4sI4s4s4s12x4s", start + len(body), b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return (head + bytes(28) + _xyz(_D50)[8:]).ljust(128, b"\0") + table + body


def _to_d50(points: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the columns XYZ of the primaries, white adapted to D50 (Bradford); None where that is not possible."""
    if (points[:, 1] <= 0).any():
        return None
    white, *primaries = (np.array([x / y, 1, (1 - x - y) / y]) for x, y in points)
    columns = np.stack(primaries, 1)
    if abs(np.linalg.det(columns)) < 1e-6:
        return None
    columns = columns * np.linalg.solve(columns, white)
    scaled = np.diag(_BRADFORD @ _D50 / (_BRADFORD @ white))
    adapted: NDArray[np.float64] = np.linalg.inv(_BRADFORD) @ scaled @ _BRADFORD @ columns
    return adapted if np.abs(adapted).max() < 2 else None


def _xyz(values: NDArray[np.float64]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * float(value)) for value in values))
