"""How something is fitted: linear heads on frozen features, and whole networks.

`probing` fits heads on all folds at once (`mixing` and `ridge` choose, `head` trains); `trainer` fits a network fold by
fold, `recipe`, `optimizing` and `augmenting` say how; the `*_head` modules put a head on a network for export.
"""
