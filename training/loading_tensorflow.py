"""Load TensorFlow and Keras as training needs them: fast, small, and without TensorFlow's lines of itself.

TF_CPP_MIN_LOG_LEVEL does not reach them: TensorFlow 2.21 says that oneDNN is in use before its log is set up.

TensorFlow takes oneDNN's convolutions by itself only where the processor has VNNI or AMX. Without these, too, they take
half of the time: on an EPYC with AVX2 the `autoencoder` learns in 7.4 seconds of the processor in place of 13.2.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

GREETINGS = (b"All log messages before absl::InitializeLog()", b"oneDNN custom operations are on")
UNUSED = ("matplotlib", "sklearn")
"""What Keras imports where it is installed, for pictures and wrappers; half a second and 35 MB."""


@contextmanager
def loading() -> Iterator[None]:
    """Let TensorFlow be imported meanwhile; what was imported before stays as it is."""
    if "tensorflow" in sys.modules:
        yield
        return
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with _without(UNUSED), _without_greeting():
        yield


@contextmanager
def _without(modules: tuple[str, ...]) -> Iterator[None]:
    """Let modules seem not to be installed, where they are not loaded yet."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is Python's own sign of that
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


@contextmanager
def _without_greeting() -> Iterator[None]:
    """Hold back what is written to standard error meanwhile, and pass on all but TensorFlow's greetings."""
    if sys.stderr is None:  # the program was started without a standard error
        yield
        return
    sys.stderr.flush()
    shown = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(shown, 2)
            os.close(shown)
            held.seek(0)
            for line in held:
                if not any(greeting in line for greeting in GREETINGS):
                    os.write(2, line)
