"""`python -m doctor FILE`."""

import sys

try:
    from doctor.cli import main

    status = main()
except KeyboardInterrupt:  # while modules are loaded, too
    status = 130
sys.exit(status)
