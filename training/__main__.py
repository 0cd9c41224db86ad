"""`python -m training DATA_DIR`, and `python -m training suggest NAME UNLABELLED_DIR`."""

import sys

from training.command import main
from training.labelling import command

if sys.argv[1:2] == ["suggest"]:  # a folder of that name is ./suggest
    sys.exit(command.main(sys.argv[2:]))
sys.exit(main())
