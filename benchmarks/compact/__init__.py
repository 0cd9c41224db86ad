"""What a smaller or faster network costs: megabytes, milliseconds and accuracy of each choice there is.

`python -m benchmarks.compact [SET_DIR ...]` fits the pretrained backbone at every depth and picture size that training
offers on 35 images of a set, exports it, and measures the file on the images that were left out. scikit-image's faces
are always there; folders with more sets can be named.

Megabytes are those of the file; milliseconds are of the processor, the least of many runs of one image on one thread,
without decoding.
The difference in log loss is to the first row's, image by image, with its standard error on the images of a draw.
"""
