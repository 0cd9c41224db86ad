"""Turn a few dozen labelled images into a published model."""
