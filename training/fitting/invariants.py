"""What a label can be declared not to depend on; `training.fitting.augmenting` varies it in training."""

MOST_DEGREES = 20.0
LEAST_CROPPED_AREA = 0.5
MOST_BRIGHTNESS = 0.2
MOST_CONTRAST = 1.5

INVARIANTS = {
    "hflip": "a mirror image, left and right exchanged, has the same label",
    "vflip": "an image turned upside down, top and bottom exchanged, has the same label",
    "rotate": f"an image turned by up to {MOST_DEGREES:.0f} degrees has the same label",
    "crop": f"any part of the image with {LEAST_CROPPED_AREA:.0%} or more of its area has the same label",
    "brightness": f"an image lighter or darker by up to {MOST_BRIGHTNESS:.0%} has the same label",
    "contrast": f"an image of up to {MOST_CONTRAST} times more or less contrast has the same label",
}
"""What a label can be declared not to depend on, by name, and what that says."""
