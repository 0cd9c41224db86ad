"""How long training takes and how much memory, by the number of images.

`python -m benchmarks.training [MNIST_DIR]` runs `python -m training` on the built-in 35 images and on 100 to 10,000
handwritten digits (even or odd, as PNG files; MNIST's where its IDX files are in the folder named, scikit-learn's 1,797
otherwise), each twice, in a process of its own: with an empty cache, and again with what the first run has left there.
It prints a table, and where the time went; `--plot FILE` draws time and memory against the number of images.

The peak is the largest resident memory of the process, as the kernel counts it; training starts no other processes.
"""
