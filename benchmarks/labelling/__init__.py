"""How many labels `python -m training suggest` saves: accuracy against labelled images, chosen by it or by chance.

`python -m benchmarks.labelling SET_DIR ...` begins with ten labelled images of each set, labels ten more at a time in
both ways, and prints the accuracy on images left out, the mean of several draws.
"""
