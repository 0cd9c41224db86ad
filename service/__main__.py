"""`python -m service`: see `service.server.commands`."""

import sys

from service.server.commands import main

sys.exit(main())
