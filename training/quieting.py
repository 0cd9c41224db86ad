"""Load TensorFlow without the lines that it writes of itself.

TF_CPP_MIN_LOG_LEVEL does not reach them: TensorFlow 2.21 says that oneDNN is in use before its log is set up.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

GREETINGS = (b"All log messages before absl::InitializeLog()", b"oneDNN custom operations are on")


@contextmanager
def without_greeting() -> Iterator[None]:
    """Hold back what is written to standard error meanwhile, and pass on all but TensorFlow's greetings."""
    if "tensorflow" in sys.modules or sys.stderr is None:  # None: the program was started without a standard error
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
