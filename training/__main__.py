"""`python -m training DATA_DIR`, and `python -m training suggest NAME UNLABELLED_DIR`."""

import sys

try:
    from training.command import main
    from training.labelling import command

    # a folder of that name is ./suggest
    status = command.main(sys.argv[2:]) if sys.argv[1:2] == ["suggest"] else main()
except KeyboardInterrupt:  # while modules are loaded, too
    print("Interrupted: nothing was written.", file=sys.stderr)
    status = 130
sys.exit(status)
