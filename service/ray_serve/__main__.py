"""`python -m service.ray_serve`: see `service.ray_serve.commands`."""

import sys

from service.ray_serve.commands import main

sys.exit(main())
