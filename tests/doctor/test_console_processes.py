"""Lines of several processes in one text are told apart: the same values are one run, others are several."""

from __future__ import annotations

import pytest

import doctor

FIRST, SECOND = [0.7, 0.5, 0.4, 0.3], [0.9, 0.85, 0.8, 0.78]
NAMED = {
    "docker compose": ("trainer-1  | ", "trainer-2  | ", ("trainer-1", "trainer-2")),
    "docker compose with times": ("t-1 | 2026-11-28T22:10:00.1Z ", "t-2 | 2026-11-28T22:10:00.1Z ", ("t-1", "t-2")),
    "kubectl --prefix": ("[pod/train-a/main] ", "[pod/train-b/main] ", ("pod/train-a/main", "pod/train-b/main")),
    "grep": ("run1.log:", "run2.log:", ("run1.log", "run2.log")),
    "mpirun --tag-output": ("[1,0]<stdout>:", "[1,1]<stdout>:", ("1,0", "1,1")),
    "srun --label": ("0: ", "1: ", ("0", "1")),
    "srun --label of ten": (" 0: ", "10: ", ("0", "10")),
    "concurrently": ("[0] ", "[1] ", ("0", "1")),
    "GNU parallel --tag": ("1\t", "2\t", ("1", "2")),
    "Ray": ("(f pid=12) ", "(f pid=34) ", ("f pid=12", "f pid=34")),
    "syslog": (
        "Nov 28 22:10:00 h1 python[12]: ",
        "Nov 28 22:10:00 h2 python[12]: ",
        ("h1 python[12]", "h2 python[12]"),
    ),
    "pssh": ("node1: ", "node2: ", ("node1", "node2")),
    "names that end in numbers": ("resnet18 ", "vgg16 ", ("resnet18", "vgg16")),
    "foreman": ("10:00:00 web.1 | ", "10:00:00 web.2 | ", ("web.1", "web.2")),
}
RANKS = {
    "torch": ("[rank0]: ", "[rank1]: "),
    "GPUs": ("GPU 0: ", "GPU 1: "),
    "devices": ("cuda:0 | ", "cuda:1 | "),
    "ranks and commas": ("Rank 0, ", "Rank 1, "),
    "torchrun": ("[default0]:", "[default1]:"),
    "DeepSpeed": ("[2026-11-28 22:10:00,123] [INFO] [logging.py:96:log_dist] [Rank 0] ", "[INFO] [Rank 1] "),
}


def printed(labels: tuple[str, str], losses: tuple[list[float], list[float]]) -> bytes:
    lines = [
        f"{label}Epoch {epoch + 1}/4 - loss: {loss[epoch]}"
        for epoch in range(4)
        for label, loss in zip(labels, losses, strict=True)
    ]
    return "\n".join(lines).encode()


@pytest.mark.parametrize("name", NAMED)
def test_processes_that_print_other_values_are_runs_that_are_asked_for(name: str) -> None:
    first, second, names = NAMED[name]
    text = printed((first, second), (FIRST, SECOND))

    with pytest.raises(doctor.HistoryError, match="holds 2 runs"):
        doctor.read(text)
    assert [doctor.read(text, run=run)[0] for run in names] == [{"loss": FIRST}, {"loss": SECOND}]


@pytest.mark.parametrize("labels", [*((first, second) for first, second, _ in NAMED.values()), *RANKS.values()])
def test_processes_that_print_the_same_values_are_one_run(labels: tuple[str, str]) -> None:
    run = doctor.read_run(printed(labels, (FIRST, FIRST)))

    assert run.history() == {"loss": FIRST}
    assert "printed the same values" in " ".join(run.reading.notes)


@pytest.mark.parametrize("labels", RANKS.values(), ids=RANKS)
def test_of_ranks_with_values_of_their_own_the_lowest_is_judged_and_each_can_be(labels: tuple[str, str]) -> None:
    text = printed(labels, (FIRST, SECOND))

    assert doctor.read(text)[0] == {"loss": FIRST}
    assert doctor.read(text, run="rank 1")[0] == {"loss": SECOND}
    assert "--run 'rank N'" in " ".join(doctor.read_run(text).reading.notes)


def test_a_container_that_does_not_train_is_no_run() -> None:
    other = [f"db-1  | 2026-11-28 22:10:0{n} LOG: checkpoint complete" for n in range(4)]
    lines = [line for n in range(4) for line in (other[n], f"train-1  | Epoch {n + 1}/4 - loss: {FIRST[n]}")]

    assert doctor.read("\n".join(lines).encode())[0] == {"loss": FIRST}


@pytest.mark.parametrize(
    "line",
    [
        "[{n}] step loss: {loss}",
        "train | Epoch {n} loss {loss}",
        "Epoch{n}: step loss {loss}",
    ],
)
def test_what_counts_epochs_or_names_a_set_names_no_process(line: str) -> None:
    text = "\n".join(line.format(n=n + 1, loss=loss) for n, loss in enumerate(FIRST))

    assert doctor.read(text.encode())[0] == {"loss": FIRST}


@pytest.mark.parametrize(
    "line",
    [
        "Epoch {epoch} [rank {rank}] loss {loss}",
        "Epoch: {epoch}, Rank: {rank}, Loss: {loss}",
        "epoch={epoch} loss={loss} rank={rank}",
        "Train Epoch: {epoch} (gpu {rank}) Loss: {loss}",
    ],
)
def test_ranks_inside_the_lines_are_not_averaged(line: str) -> None:
    lines = [
        line.format(epoch=epoch, rank=rank, loss=losses[epoch - 1])
        for epoch in range(1, 5)
        for rank, losses in enumerate((FIRST, SECOND))
    ]

    assert doctor.read("\n".join(lines).encode())[0] == {"loss": FIRST}
    assert doctor.read("\n".join(lines).encode(), run="rank 1")[0] == {"loss": SECOND}


@pytest.mark.parametrize("line", ["Epoch {n} loss {loss} best rank {n}", "Epoch {n} rank 8 loss {loss}"])
def test_other_ranks_are_none_of_processes(line: str) -> None:
    lines = [line.format(n=number, loss=loss) for number, loss in enumerate(FIRST)]

    assert doctor.read("\n".join(lines).encode())[0] == {"loss": FIRST}
