"""Lists of images as people and their tools write them: training and batches read them by the same rules."""
