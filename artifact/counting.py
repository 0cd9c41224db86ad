"""A number with its noun, as a sentence wants it."""


def counted(number: int, noun: str) -> str:
    """Return `1 image`, `2 images` or `1,200 images` of a noun in the singular, which takes an s for more."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
