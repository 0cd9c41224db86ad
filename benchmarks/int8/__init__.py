"""What the frozen backbone would lose and gain, were its activations rounded to 8 bits too, before features are taken.

`python -m benchmarks.int8 [FOLDER ...]` writes the backbone once in float32, as training uses it, and once with whole
numbers behind the first block (`graph`): weights of 7 and 8 bits with a scale a channel (`weights`), activations of 8
bits with a scale a tensor, whose ranges are those that batch normalisation recorded of ImageNet (`ranges`). Heads are
then chosen and fitted on the features of each, as `pretrained` does, on the same draws of each set, and tested on the
rest of it.

Nothing in training or the service uses it yet: docs/performance.md says why.
"""
