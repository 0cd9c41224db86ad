"""The one error this package raises for input it cannot use."""


class HistoryError(ValueError):
    """A training history, or what is said of its run, cannot be understood.

    The message says what was found, what was expected and how to mend it.
    """
