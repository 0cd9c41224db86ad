"""`python -m training.triton NAME OUT`."""

import sys

from training.triton.command import main

sys.exit(main())
