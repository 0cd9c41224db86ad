"""Series of members (folds, clients, workers, seeds) are runs of their own, and are never averaged."""

import json

import pytest

import doctor

LOSS = [[0.71, 0.55, 0.43, 0.36], [0.9, 0.8, 0.75, 0.7], [0.5, 0.4, 0.35, 0.33]]
"""Member -> its loss by epoch."""


def _printed(line: str) -> str:
    return "\n".join(line.format(e=e, m=m, loss=LOSS[m][e - 1]) for e in range(1, 5) for m in range(3))


def _one_after_another(line: str) -> str:
    return "\n".join(line.format(e=e, m=m, loss=LOSS[m][e - 1]) for m in range(3) for e in range(1, 5))


def _table(column: str) -> str:
    return "\n".join([f"epoch,{column},loss", _printed("{e},{m},{loss}")])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_printed("Epoch {e} client {m} loss {loss}"), id="in-a-line"),
        pytest.param(_printed("[Round {e}][Client {m}] train loss: {loss}"), id="rounds"),
        pytest.param(_printed("worker_{m} | epoch {e} loss={loss}"), id="joined"),
        pytest.param(_printed("Epoch {e} net{m} loss {loss}"), id="in-the-name"),
        pytest.param(_one_after_another("[seed={m}] epoch {e} loss={loss}"), id="one-after-another"),
        pytest.param(_printed("Epoch {e}\nFold {m}:\n  loss: {loss}"), id="headings"),
        pytest.param(_table("client"), id="csv-client"),
        pytest.param(_table("worker"), id="csv-worker"),
        pytest.param(_table("replica"), id="csv-replica"),
        pytest.param(_printed('{{"round": {e}, "cid": "{m}", "train_loss": {loss}}}'), id="jsonl"),
        pytest.param("name,step,value\n" + _printed("client_{m}/loss,{e},{loss}"), id="long"),
        pytest.param(
            "epoch,fold0_loss,loss_fold_1,fold2/loss\n"
            + "\n".join(",".join(map(str, row)) for row in zip(range(4), *LOSS, strict=True)),
            id="wide",
        ),
    ],
)
def test_each_member_is_a_run_and_nothing_is_averaged(text: str) -> None:
    runs = doctor.read_run(text.encode()).reading.runs
    read = [dict(doctor.read_run(text.encode(), run=run).history()) for run in runs]

    assert len(runs) == 3
    assert [name[-1] for name in runs] == ["0", "1", "2"]
    assert read == [{"loss": loss} for loss in LOSS]


def test_members_of_two_groups_are_told_apart_by_both() -> None:
    rows = [f"{e},{fold},{seed},{LOSS[fold + seed][e]}" for e in range(4) for fold in (0, 1) for seed in (0, 1)]
    text = "\n".join(["epoch,fold,seed,loss", *rows]).encode()

    assert doctor.read_run(text).reading.runs == tuple(f"fold {f}, seed {s}" for f in (0, 1) for s in (0, 1))
    assert doctor.read_run(text, run="fold 1, seed 0").history()["loss"] == LOSS[1]


def test_a_member_that_joins_later_is_a_run_too() -> None:
    rows = [f"{e},{m},{LOSS[m][e]}" for e in range(4) for m in range(2) if e or not m]

    run = doctor.read_run("\n".join(["round,client,loss", *rows]).encode(), run="client 1")

    assert run.history()["loss"] == LOSS[1][1:]


def test_lines_of_the_whole_group_are_the_run_where_they_hold_the_loss_of_training() -> None:
    lines = [
        line
        for e in range(4)
        for line in (*(f"Epoch {e} worker {m} loss {LOSS[m][e]}" for m in (1, 2)), f"Epoch {e} mean loss {LOSS[0][e]}")
    ]

    run = doctor.read_run("\n".join(lines).encode())

    assert run.history()["loss"] == LOSS[0]
    assert any("worker 1, worker 2 were left out" in note for note in run.reading.notes)


def test_a_common_validation_is_every_members() -> None:
    lines = [
        line
        for e in range(4)
        for line in (*(f"Epoch {e} client {m} loss {LOSS[m][e]}" for m in (0, 1)), f"Epoch {e} val loss {LOSS[2][e]}")
    ]

    assert dict(doctor.read_run("\n".join(lines).encode(), run="client 0").history()) == {
        "loss": LOSS[0],
        "val_loss": LOSS[2],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_printed("Epoch {e} client0_loss: {loss} client1_loss: {loss}"), "One line holds the values of several"),
        (_table("hidden").replace(",0,", ",16,").replace(",1,", ",32,").replace(",2,", ",64,"), "'hidden' names 3"),
        (_table("lr").replace(",0,", ",0.1,").replace(",1,", ",0.01,").replace(",2,", ",0.001,"), "'lr' names 3"),
        ("loss,loss.1\n" + "\n".join(f"{a},{b}" for a, b in zip(*LOSS[:2], strict=True)), "'loss' and 'loss.1'"),
    ],
)
def test_what_may_be_members_and_is_not_said_to_be_is_refused(text: str, message: str) -> None:
    with pytest.raises(doctor.HistoryError, match=message):
        doctor.read_run(text.encode())


_MEAN = [pytest.approx(sum(values) / 3) for values in zip(*LOSS, strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        _printed("Epoch {e} batch {m} loss {loss}"),
        _printed("Epoch {e} [{m}/3] loss {loss}"),
        _table("batch"),
        _table("images_seen"),
        _table("progress").replace(",0,", ",0.33,").replace(",1,", ",0.67,").replace(",2,", ",1.0,"),
    ],
)
def test_parts_of_an_epoch_are_averaged(text: str) -> None:
    assert doctor.read_run(text.encode()).history()["loss"] == _MEAN


def test_weights_that_are_saved_under_a_number_are_no_members() -> None:
    lines = [f"Epoch {e} loss {0.9 - e / 20:.2f}" + ("\nSaved model 1" if e == 3 else "") for e in range(8)]
    text = "\n".join([*lines, "Saved model 2"]).encode()

    assert doctor.read_run(text).history()["loss"] == [pytest.approx(0.9 - e / 20) for e in range(8)]


def test_folds_of_a_list_are_named_in_the_refusal() -> None:
    folds = {f"fold_{m}": {"loss": LOSS[m]} for m in range(3)}

    with pytest.raises(doctor.HistoryError, match=r"3 runs: 'fold_0', 'fold_1', 'fold_2'"):
        doctor.read_run(json.dumps(folds).encode())
