"""Which images to label next: `python -m training suggest NAME UNLABELLED_DIR`."""
