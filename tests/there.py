"""Take what may be absent, where it is there."""

from typing import TypeVar

T = TypeVar("T")


def there(value: T | None) -> T:
    """Return the value; a test that was given none fails."""
    assert value is not None
    return value
