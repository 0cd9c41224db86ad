"""The words of the trade that a report cannot do without, each explained in a line."""

WORDS = {
    "95 % interval": "The range that holds the true value in 95 of 100 such trainings; it narrows with more images.",
    "accuracy": "The share of images that are told right.",
    "AUROC": "The share of pairs, one image of each class, that are put in the right order: 1 is all, 0.5 is chance.",
    "log loss": "What wrong certainty costs, 0 at best: 90 % costs 0.11 where that is right, 2.3 where it is wrong.",
    "Brier score": "The mean square of how far the probabilities are from the truth: 0 at best, 0.25 for always 50 %.",
    "calibration error": "By how much the probabilities miss the share of images that they are right for; 0 at best.",
    "calibrated": "Corrected so that of the images that get 80 %, about 80 of 100 are a yes.",
    "uncertain": "The flag of an answer whose probability lies where the images could not tell the classes apart.",
    "unfamiliar": "The flag of an answer for an image that is unlike all training images, and may mean nothing.",
    "cross-validation": "Each image is answered by models that were trained without it; this is repeated.",
    "fold": "The part of the images that one such model is trained without, and then tried on.",
    "training loss": "The cost of mistakes on the images that are learned from; it should fall.",
    "validation loss": "The cost of mistakes on images left out; where it rises while training's falls, images are "
    "learned by heart.",
    "epoch": "One pass over all images that are learned from.",
    "overfitting": "Learning single images by heart instead of what their class has in common.",
    "near duplicates": "Images that show the same thing with small changes; they count as one.",
    "shortcut": "An accident of how the images were made, such as their size, that gives the class away.",
}
"""A word, as it stands in the report, and what it means."""
