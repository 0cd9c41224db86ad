"""Loading TensorFlow writes nothing to the screen and brings nothing that is not used; what others write arrives."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, sys
{before}
from training.loading_tensorflow import loading
try:
    with loading():
        os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\\n")
        os.write(2, b"I0000 port.cc:153] oneDNN custom operations are on. You may see\\n")
        os.write(2, b"the processor is too old\\n")
        print("a warning", file=sys.stderr)
        {within}
except KeyError:
    pass
print("after", file=sys.stderr)
"""


def _run(program: str) -> list[str]:
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}  # as the command sets it
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=quiet)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


@pytest.mark.parametrize("within", ["pass", "raise KeyError"])
def test_all_but_the_greetings_is_passed_on(within: str) -> None:
    found = _run(PROGRAM.format(before="", within=within))
    assert found == ["the processor is too old", "a warning", "after"]


def test_without_standard_error_nothing_fails() -> None:
    program = "from training.loading_tensorflow import loading\nwith loading(): print('within')"
    done = subprocess.run(["sh", "-c", f'exec "{sys.executable}" -c "{program}" 2>&-'], capture_output=True, check=True)
    assert done.stdout == b"within\n"


def test_nothing_is_held_back_where_tensorflow_is_loaded() -> None:
    found = _run(PROGRAM.format(before="sys.modules['tensorflow'] = None", within="pass"))
    assert len(found) == 5


def test_a_strategy_is_loaded_without_a_word() -> None:
    assert _run("from training import strategies; strategies.load('mnist').candidates") == []


def test_keras_does_not_import_what_only_draws_and_wraps_and_others_still_can() -> None:
    program = (
        "import sys\n"
        "from training import strategies; strategies.load('mnist')\n"
        "assert 'keras' in sys.modules and not {'matplotlib', 'sklearn'} & set(sys.modules), 'imported'\n"
        "from sklearn.datasets import load_digits; load_digits()"
    )
    assert _run(program) == []
