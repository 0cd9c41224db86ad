"""What the backbone in whole numbers, which training uses, loses and gains against the same in float32.

`python -m benchmarks.int8 [FOLDER ...]` writes it both ways (`training.backbone.whole`, `training.backbone.graph`) and
measures the time of each; then it takes the features of every set through both, chooses and fits heads as `pretrained`
does and the measure of novelty, on the same draws of each set, and tests on the rest of it, and on the other sets.
"""
