"""What a training run can be asked for."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from artifact.card import AS_THEY_ARE, Reading
from training.backbone.own_file import OwnFile
from training.budget import Budget
from training.evaluation.thresholds import Costs
from training.problem.overrides import Overrides
from training.reading.found import Asked


@dataclass(frozen=True)
class Settings:
    """The settings of one run; `training.command` documents each as an option.

    Attributes:
        source: Folder, .zip or CSV of labelled images; None for the built-in example.
        example: Without a source: `faces` to train on them, `question` to retell the question on them.
        name: Name to publish under.
        models: Folder of published models.
        replace: Whether a model of other classes may be replaced, and a clearly worse one be served.
        only_if_better: Whether the version that is served stays where the new one is not surely better.
        seed: Of everything random.
        folds: Folds of the cross-validation; None for a number that suits the number of images.
        repeats: Repeats of it; None for a number that suits the number of images.
        also: Further sources of the same two classes, such as kept feedback.
        test: Folder, .zip or CSV of test images, or a share to hold out, as text; None for what the source has.
        reading: Which page and channels of files of several are meant, as far as that was said.
        asked: How the source is to be read, and what belongs together, where it does not say it by itself.
        check: Whether to say what was read, and nothing else.
        positive: The class that "yes" stands for, against the rest where there are more than two; None to tell it from
            the names.
        costs: What mistakes cost.
        error_rate: Share of each class that may be answered wrongly outside the uncertain band.
        strategies: Names of the strategies to try.
        budget: What the published network may cost.
        backbone: Network of `keras.applications` to try too, by its name in `training.backbone.zoo`; None for none.
        own_backbone: ONNX file of a backbone to try too; None for none.
        compare: Whether to show and store the comparison of all that were tried.
        find_learning_rate: Whether to run a range test of the learning rate, and nothing else.
        mend: Whether a candidate that the doctor calls ill is trained again with the remedy.
        invariant: What the label does not depend on, by the names in `training.fitting.augmenting`.
        balanced: Whether both classes weigh the same in the loss, whatever their numbers.
        unlabelled: Folder of further images without labels.
        cache: Folder for features; None for none.
        overrides: What is asked of the optimizer.
        time_limit: Seconds after which no further candidate is begun; None for no limit.
        engine: Where strategies are tried: `local`, in this process, or `ray`, on a cluster.
        ray_address: Of the cluster; None to start one on this machine.
    """

    source: Path | None = None
    example: str = "faces"
    name: str = "default"
    models: Path = Path("models")
    replace: bool = False
    only_if_better: bool = False
    seed: int = 35
    folds: int | None = None
    repeats: int | None = None
    also: tuple[Path, ...] = ()
    test: str | None = None
    reading: Reading = AS_THEY_ARE
    asked: Asked = field(default_factory=Asked)
    check: bool = False
    positive: str | None = None
    costs: Costs = field(default_factory=Costs)
    error_rate: float = 0.1
    strategies: tuple[str, ...] = ("pretrained",)
    budget: Budget = field(default_factory=Budget)
    backbone: str | None = None
    own_backbone: OwnFile | None = None
    compare: bool = False
    find_learning_rate: bool = False
    mend: bool = True
    invariant: frozenset[str] = frozenset()
    balanced: bool = False
    unlabelled: Path | None = None
    cache: Path | None = None
    overrides: Overrides = field(default_factory=Overrides)
    time_limit: float | None = None
    engine: Literal["local", "ray"] = "local"
    ray_address: str | None = None
