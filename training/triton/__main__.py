"""`python -m training.triton NAME OUT`."""

import sys

try:
    from training.triton.command import main

    status = main()
except KeyboardInterrupt:  # while modules are loaded, too
    status = 130
sys.exit(status)
