"""Turn a few dozen labelled images into a published model."""

from training import folders

folders.settle_libraries()  # before anything imports Keras, here or in a worker
