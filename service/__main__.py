"""`python -m service`: see `service.server.commands`."""

import sys

INTERRUPTED = 130

try:
    from service.server import allocation, early_signals

    early_signals.keep()
    allocation.choose()
    from service.server.commands import main

    status = main()
except KeyboardInterrupt:  # while modules are loaded, too
    status = INTERRUPTED
sys.exit(status)
