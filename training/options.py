"""The options of `python -m training`, and the settings that they make."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from artifact.card import Reading
from doctor.command_line import Parser, add_version, nearest
from training import backbone_options, result_options, source_options
from training.budget import Budget
from training.evaluation.thresholds import Costs
from training.fitting.invariants import INVARIANTS
from training.folders import FOLDER_VARIABLE, find_folder
from training.problem.overrides import OPTIMIZERS, Overrides
from training.reading.sources import LAYOUT
from training.settings import Settings
from training.strategies import ON_REQUEST, STRATEGIES

EPILOG = f"""\
{LAYOUT}

examples:
  python -m training                             the built-in example: 35 images, faces or not
  python -m training --example question          the question that this project answers, retold on them
  python -m training photos/ --name bees         your own images, published as models/bees
  python -m training photos/ --also feedback/    and what was kept of the answers (docs/service.md)
  python -m training photos.zip --test 0.2       hold out a fifth of the images as a test set
  python -m training photos/ --cost-false-no 5   missing a yes is five times as bad as a false alarm
"""


def parse(arguments: list[str] | None = None) -> Settings:
    """Read the command line; prints help or a usage error and exits as argparse does."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    _check_engine(asked, parser)
    _part_names_from_folder(parser, asked)
    backbone, own_backbone = backbone_options.read(asked, parser)
    strategies = _choose_strategies(asked)
    if "own" in strategies and own_backbone is None:
        parser.error("The strategy own is tried on a network of yours: add --backbone FILE.onnx.")
    return Settings(
        source=asked.data,
        example=asked.example,
        name=result_options.name_of(asked, parser),
        models=asked.models,
        replace=asked.replace,
        only_if_better=asked.only_if_better,
        seed=asked.seed,
        folds=asked.folds,
        repeats=asked.repeats,
        also=tuple(asked.also),
        test=asked.test,
        reading=Reading(pages=asked.pages, channels=asked.channels),
        asked=source_options.read(asked),
        check=asked.check,
        positive=asked.positive,
        costs=Costs(asked.cost_false_yes, asked.cost_false_no, asked.at_most_false_yes),
        error_rate=asked.error_rate,
        strategies=strategies,
        backbone=backbone,
        own_backbone=own_backbone,
        budget=Budget(asked.budget_mb, asked.budget_ms),
        compare=asked.compare,
        time_limit=asked.time_limit,
        find_learning_rate=asked.find_learning_rate,
        mend=not asked.no_mend,
        invariant=asked.invariant,
        balanced=asked.class_weight == "balanced",
        unlabelled=asked.unlabelled,
        cache=None if asked.no_cache else (asked.cache or find_folder()),
        overrides=Overrides(
            optimizer=asked.optimizer,
            learning_rate=asked.learning_rate,
            momentum=asked.momentum,
            epochs=asked.epochs,
        ),
        engine=asked.engine,
        ray_address=asked.ray_address,
    )


def _check_engine(asked: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    if asked.time_limit and asked.engine == "ray":
        parser.error("--time-limit is for --engine local; a cluster tries all at once. Leave one of them out.")
    if asked.ray_address and asked.engine != "ray":
        parser.error("--ray-address is of a Ray cluster, which --engine ray uses. Add that, or leave the address out.")


def _part_names_from_folder(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    """Take DATA_DIR from the end of `--include NAME... DATA_DIR`, which argparse reads as one more name."""
    if asked.data is None and len(asked.include) > 1 and asked.include[-1] not in STRATEGIES:
        asked.data = Path(asked.include.pop())
    if unknown := sorted(set(asked.include) - set(STRATEGIES)):
        guess = nearest(unknown[0], STRATEGIES)
        parser.error(f"argument --include: {', '.join(unknown)} is not among {', '.join(STRATEGIES)}.{guess}")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m training",
        usage="%(prog)s [DATA_DIR] [options]",
        description="From a few dozen images of two classes to a published yes/no classifier, with a report that says "
        "how far it can be trusted.",
        epilog=EPILOG,
    )
    add_version(parser)
    source_options.add(parser)
    result_options.add(parser)
    _add_evaluation(parser)
    backbone_options.add(parser)
    _add_budget(parser)
    _add_decision(parser)
    _add_fitting(parser)
    _add_engine(parser)
    return parser


def _choose_strategies(asked: argparse.Namespace) -> tuple[str, ...]:
    """Return the strategies to try, in the table's order; a budget or a backbone brings in those made for it."""
    chosen = {asked.strategy} if asked.strategy else set(STRATEGIES) - set(ON_REQUEST)
    if (asked.budget_mb or asked.budget_ms) and not asked.strategy:
        chosen.add("compact")
    if asked.backbone:
        chosen.add("own" if isinstance(asked.backbone, Path) else "application")
    return tuple(name for name in STRATEGIES if name in chosen | set(asked.include))


def _add_evaluation(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("evaluation")
    group.add_argument(
        "--seed", type=_number(int, 0, 2**32), default=35, help="of everything random (default: %(default)s)"
    )
    group.add_argument("--strategy", choices=STRATEGIES, help="try only this one (default: all, and choose)")
    group.add_argument("--include", nargs="+", default=[], metavar="NAME", help="try this one too (question, compact)")
    group.add_argument(
        "--time-limit",
        type=_number(float, 0, exclusive=True),
        metavar="SECONDS",
        help="from when the images are read; then nothing more is tried, and the best so far is published",
    )
    group.add_argument("--compare", action="store_true", help="show the table of all that were tried, and store a plot")
    group.add_argument(
        "--folds", type=_number(int, 2), help="of cross-validation (default: 5, or 3 for thousands of images)"
    )
    group.add_argument("--repeats", type=_number(int, 1), help="of it (default: up to 10, fewer for many images)")
    group.add_argument(
        "--cache", type=Path, metavar="DIR", help=f"for features (default: ${FOLDER_VARIABLE}, or ~/.cache/thirtyfive)"
    )
    group.add_argument("--no-cache", action="store_true", help="compute every feature anew")


def _add_budget(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("budget (brings in smaller and faster candidates, unless --strategy names one)")
    amount = _number(float, 0, exclusive=True)
    group.add_argument("--budget-mb", type=amount, metavar="MB", help="of model.onnx at most, in 10^6 bytes")
    group.add_argument(
        "--budget-ms", type=amount, metavar="MS", help="an image at most, on one thread here, without decoding"
    )


def _add_decision(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("decision")
    cost = _number(float, 0, exclusive=True)
    group.add_argument(
        "--cost-false-yes", type=cost, default=1.0, metavar="COST", help="of a yes where no is right (default: 1)"
    )
    group.add_argument(
        "--cost-false-no", type=cost, default=1.0, metavar="COST", help="of a no where yes is right (default: 1)"
    )
    group.add_argument(
        "--at-most-false-yes",
        type=_number(float, 0, 1, exclusive=True),
        metavar="RATE",
        help="share of true noes that may be called yes (0.02); goes before the costs",
    )
    group.add_argument(
        "--error-rate",
        type=_number(float, 0, 0.5, exclusive=True),
        default=0.1,
        metavar="RATE",
        help="errors allowed outside the uncertain band (default: 0.1)",
    )


def _add_fitting(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("fitting (each strategy has its own defaults)")
    group.add_argument(
        "--invariant",
        type=_names,
        default=frozenset(),
        metavar="NAMES",
        help="what the label does not depend on, which is varied in training: " + ", ".join(INVARIANTS),
    )
    group.add_argument("--unlabelled", type=Path, metavar="DIR", help="more images, for the autoencoder")
    group.add_argument("--class-weight", choices=("none", "balanced"), default="none", help="weigh both classes alike")
    group.add_argument("--optimizer", choices=OPTIMIZERS, help="adam, or sgd with Nesterov momentum")
    group.add_argument("--learning-rate", type=_number(float, 0, exclusive=True), metavar="R", help="at the first step")
    group.add_argument("--momentum", type=_number(float, 0, 1), help="of sgd, from 0 to under 1")
    group.add_argument("--epochs", type=_number(int, 1), help="passes over the images")
    group.add_argument("--find-learning-rate", action="store_true", help="only run a range test of --strategy's rate")
    group.add_argument("--no-mend", action="store_true", help="do not retrain what the doctor calls ill")


def _add_engine(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("engine (the numbers are the same)")
    group.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="try the strategies one after the other here, or at once on a Ray cluster (default: %(default)s)",
    )
    group.add_argument(
        "--ray-address", metavar="ADDRESS", help="of the cluster (default: $RAY_ADDRESS, or one started here)"
    )


def _names(text: str) -> frozenset[str]:
    """Read names of invariances, separated by commas."""
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    if unknown := sorted(names - set(INVARIANTS)):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is not among {', '.join(INVARIANTS)}")
    return names


def _number(
    kind: type[int] | type[float], low: float, high: float = math.inf, *, exclusive: bool = False
) -> Callable[[str], float]:
    """Return a reader of numbers within limits, whose errors say what was expected."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if (low < value if exclusive else low <= value) and value < high:
            return value
        above = f"more than {low:,}" if exclusive else f"{low:,} or more"
        below = f" and less than {high:,}" if high < math.inf else ""
        name = "a whole number" if kind is int else "a number"
        raise argparse.ArgumentTypeError(f"{text!r} is not {name} of {above}{below}")

    return read
