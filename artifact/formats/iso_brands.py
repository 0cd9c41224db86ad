"""The brands in the first box of a file of ISO's base media format, which HEIF and AVIF share."""

_MOST_BRANDS = 64


def brands(head: bytes) -> tuple[bytes, ...]:
    """Return the major brand and then the compatible ones; none where the file is not of this kind."""
    if head[4:8] != b"ftyp":
        return ()
    end = min(int.from_bytes(head[:4], "big"), len(head), 16 + 4 * _MOST_BRANDS)
    return (head[8:12], *(head[place : place + 4] for place in range(16, end - 3, 4)))
