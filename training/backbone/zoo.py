"""The networks of `keras.applications` that can be asked for; a table that imports nothing."""

from dataclasses import dataclass

from training.origin import Origin

IMAGENET = Origin("ImageNet weights of keras.applications (Apache-2.0)", "apache-2.0")


@dataclass(frozen=True)
class Application:
    """One network of `keras.applications`.

    Attributes:
        constructor: its name there.
        scales_pixels: whether the network scales pixels in 0..255 by itself; the others expect -1..1.
    """

    constructor: str
    scales_pixels: bool


APPLICATIONS = {
    "mobilenet_v2": Application("MobileNetV2", scales_pixels=False),
    "mobilenet_v3_small": Application("MobileNetV3Small", scales_pixels=True),
    "mobilenet_v3_large": Application("MobileNetV3Large", scales_pixels=True),
    "efficientnet_b0": Application("EfficientNetB0", scales_pixels=True),
    "efficientnet_v2_b0": Application("EfficientNetV2B0", scales_pixels=True),
}
