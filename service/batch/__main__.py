"""`python -m service.batch`: see `service.batch.commands`."""

import sys

try:
    from service.batch.commands import main
except KeyboardInterrupt:  # while modules are loaded; later `main` says what is kept
    sys.exit(130)
except ImportError as error:
    sys.exit(f"Batches need packages that are not installed ({error}). Install them: pip install 'thirtyfive[service]'")

if __name__ == "__main__":  # workers import this module under another name
    sys.exit(main())
