"""`python -m training DATA_DIR`."""

import sys

from training.command import main

sys.exit(main())
