"""What libraries write that a test cannot install: the layouts of the versions named, with own numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import doctor
from tests.doctor.event_files import event_file
from tests.doctor.test_console_shapes import ALL, BOTH, EPOCHS, LOSS, LOSSES_AND_VALIDATIONS, OF, VALIDATION, printed
from tests.doctor.test_joining import values

PRINTED = {
    "PaddleOCR 2.9": (
        "[2026/11/28 22:10:00] ppocr INFO: epoch: [{n}/5], global_step: {n}0, lr: 0.0001, acc: 0.1, loss: {l}, "
        "avg_reader_cost: 0.1 s, avg_batch_cost: 0.3 s, ips: 50.1 samples/s\n"
        "[2026/11/28 22:10:00] ppocr INFO: cur metric, acc: {w}, norm_edit_dis: 0.7, fps: 100.0\n"
        "[2026/11/28 22:10:00] ppocr INFO: best metric, acc: 0.99, norm_edit_dis: 0.9, best_epoch: {n}\n",
        ["loss", "accuracy"],
    ),
    "TensorFlow's object detection (TF 2)": (
        "INFO:tensorflow:Step {s} per-step time 0.512s\n"
        "I1128 22:10:00.123456 140123 model_lib_v2.py:705] Step {s} per-step time 0.512s\n"
        "INFO:tensorflow:{{'Loss/classification_loss': 0.5,\n 'Loss/total_loss': {l},\n 'learning_rate': 0.014}}\n"
        "I1128 22:10:00.123456 140123 model_lib_v2.py:708] {{'Loss/classification_loss': 0.5,\n"
        " 'Loss/total_loss': {l},\n 'learning_rate': 0.014}}\n",
        ["loss"],
    ),
    "Detectron2 0.6": (
        "[11/28 22:10:00 d2.utils.events]:  eta: 0:02:01  iter: {s}  total_loss: {l}  loss_cls: 0.5  "
        "loss_box_reg: 0.1  time: 0.25  data_time: 0.01  lr: 0.00025  max_mem: 3000M\n",
        ["loss"],
    ),
    "ML.NET 4's image classification": (
        "Phase: Training, Dataset used:      Train, Batch Processed Count:  33, Learning Rate: 0.01 Epoch: {m:3d}, "
        "Accuracy: {a}, Cross-Entropy: {l}\n"
        "Phase: Training, Dataset used: Validation, Batch Processed Count:   4, Epoch: {m:3d}, Accuracy: {w}, "
        "Cross-Entropy: {v}\n",
        ALL,
    ),
    "nnU-Net 2.8.1": (
        "2026-11-28 22:10:00.111111:  \n2026-11-28 22:10:00.222222: Epoch {m} \n"
        "2026-11-28 22:10:00.333333: Current learning rate: 0.01 \n"
        "2026-11-28 22:11:00.333333: train_loss {l} \n2026-11-28 22:11:00.333333: val_loss {v} \n"
        "2026-11-28 22:11:00.433333: Pseudo dice [np.float32(0.5), np.float32(0.1)] \n"
        "2026-11-28 22:11:00.4: Yayy! New best EMA pseudo Dice: 0.5 \n",
        BOTH,
    ),
    "clu 0.0.12": (
        "I1128 22:10:00.123456 140123456 logging_writer.py:48] [{s}] accuracy={a}, loss={l}\n"
        "I1128 22:10:00.123456 140123456 logging_writer.py:48] [{s}] eval_accuracy={w}, eval_loss={v}\n",
        ALL,
    ),
    "Catalyst 22.4's bars": (
        "{n}/5 * Epoch (train):  50%|##5  | 1/2 [00:00<00:01, 1.06s/it, loss=9.5, lr=0.3]\r"
        "{n}/5 * Epoch (train): 100%|#####| 2/2 [00:01<00:00, 1.06s/it, loss={l}, lr=0.3]\n"
        "{n}/5 * Epoch (valid): 100%|#####| 1/1 [00:01<00:00, 1.06s/it, loss={v}, lr=0.3]\n",
        BOTH,
    ),
    "Julia's @info": ("┌ Info: Epoch {n}\n│   train_loss = {l}\n└   val_loss = {v}\n", BOTH),
    "Lux 1": (
        "Epoch [{n:3d}]: Loss {l:.5f}\nValidation:\tLoss {v:.5f}\tAccuracy {w:.5f}\n",
        LOSSES_AND_VALIDATIONS,
    ),
    "PyTorch Geometric 2.8.1's log()": (
        "Epoch: {n:03d}, Loss: {l:.4f}, Train: {a:.4f}, Val: {w:.4f}, Test: 0.1000\n",
        ["loss", "accuracy", "val_accuracy"],
    ),
    "PyTorch Geometric's link prediction": (
        "Epoch: {n:03d}, Loss: {l:.4f}, Val: {w:.4f}, Test: 0.1000\n",
        ["loss", "val_accuracy"],
    ),
    "OGB 1.3's examples": (
        "Run: 01, Epoch: {n:02d}, Loss: {l:.4f}, Train: {pa:.2f}%, Valid: {pv:.2f}% Test: 10.00%\n",
        ["loss", "accuracy", "val_accuracy"],
    ),
    "YOLOX 0.3": (
        "2026-11-28 22:10:00 | INFO     | yolox.core.trainer:253 - epoch: {n}/5, iter: 10/10, mem: 1000Mb, iter_time: "
        "0.5s, data_time: 0.01s, total_loss: {l:.4f}, iou_loss: 0.1, l1_loss: 0.0, conf_loss: 0.2, lr: 1.0e-03\n",
        ["loss"],
    ),
    "SpeechBrain 1.0": ("epoch: {n}, lr: 1.00e-03 - train loss: {l:.2e} - valid loss: {v:.2e}\n", BOTH),
}


@pytest.mark.parametrize(("shape", "curves"), PRINTED.values(), ids=PRINTED)
def test_what_a_library_prints_is_read_as_what_it_is(shape: str, curves: list[str]) -> None:
    run = doctor.read_run(printed(shape).encode())
    expected = OF | ({"accuracy": OF["val_accuracy"]} if "ppocr" in shape else {})

    assert {series.curve for series in run.series} == set(curves)
    for curve in curves:
        assert values(run, curve) == pytest.approx(expected[curve], rel=5e-3)


def test_yolov5_counts_the_loss_of_objects_too() -> None:
    names = [f"{owner}/{part}_loss" for owner in ("train", "val") for part in ("box", "obj", "cls")]
    header = f"   epoch, {', '.join(names[:3])}, metrics/mAP_0.5, {', '.join(names[3:])}, x/lr0, x/lr1\n"
    run = doctor.read_run((header + printed("{m}, {l}, 0.5, 0.25, 0.3, {v}, 0.5, 0.125, 0.01, 0.01\n")).encode())
    shown = "      Epoch    GPU_mem   box_loss   obj_loss   cls_loss  Instances       Size\n" + printed(
        "        {m}/4       2.1G   {l}       0.5       0.25         20      640: 100%|██| 8/8 [00:05<00:00, 1.6it/s]\n"
    )

    assert values(run, "loss") == pytest.approx([loss + 0.75 for loss in LOSS])
    assert values(run, "val_loss") == pytest.approx([loss + 0.625 for loss in VALIDATION])
    assert values(doctor.read_run(shown.encode()), "loss") == pytest.approx([loss + 0.75 for loss in LOSS])


def test_log_history_alone_is_read_as_in_trainer_state() -> None:
    rows = [
        row
        for n in EPOCHS
        for row in (
            {"loss": LOSS[n - 1], "grad_norm": 1.0, "epoch": float(n), "step": 10 * n},
            {"eval_loss": VALIDATION[n - 1], "epoch": float(n), "step": 10 * n},
        )
    ]
    summary = {"train_runtime": 1.0, "train_loss": 0.4, "epoch": 5.0, "step": 50}
    run = doctor.read_run(json.dumps([*rows, summary]).encode())
    table = "epoch,loss,train_loss\n" + printed("{n},{l},\n").removesuffix("\n") + "0.4\n"

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)
    assert values(doctor.read_run(table.encode()), "loss") == pytest.approx(LOSS)


def test_results_beside_hyperparameters_are_no_curves(tmp_path: Path) -> None:
    (tmp_path / "run" / "run").mkdir(parents=True)
    (tmp_path / "run" / "events.out.tfevents.1.a").write_bytes(
        event_file(
            [(n, tag, held[n - 1]) for n in EPOCHS for tag, held in (("train/loss", LOSS), ("val/loss", VALIDATION))]
        )
    )
    for n in EPOCHS:  # Composer 0.32 and torch 2.14's add_hparams
        file = tmp_path / "run" / "run" / f"events.out.tfevents.{n}.b"
        file.write_bytes(event_file([(0, "hparams/loss/train", 9.0)]))

    assert values(doctor.read_run(tmp_path), "loss") == pytest.approx(LOSS)


def test_nnunets_folder_is_read_and_a_log_without_an_epoch_passed_over(tmp_path: Path) -> None:
    fold = tmp_path / "nnUNetTrainer__nnUNetPlans__2d" / "fold_0"
    fold.mkdir(parents=True)
    (fold / "training_log_2026_11_28_22_00_00.txt").write_text("Please cite the following paper when using nnU-Net:\n")
    (fold / "training_log_2026_11_28_22_10_00.txt").write_text(printed(PRINTED["nnU-Net 2.8.1"][0]))

    assert values(doctor.read_run(tmp_path), "val_loss") == pytest.approx(VALIDATION)


def test_two_trainings_in_one_text_are_not_mixed() -> None:
    bars = (  # Poutyne 1.19's, of a terminal without colours
        "Epoch: {n}/5 Step: 1/2  50.00% |██   |ETA: 0.1s loss: 9.5 acc: 1.0\r"
        "Epoch: {n}/5 Step: 2/2 100.00% |█████|ETA: 0.0s loss: 9.9 acc: 2.0\r"
        "Epoch: {n}/5 Train steps: 2 Val steps: 1 0.9s loss: {l} acc: {pa} val_loss: {v} val_acc: {pv}\n"
    )
    run = doctor.read_run((printed(bars) * 2).encode())

    assert run.reading.runs == ("1", "2")
    assert [values(run, curve) for curve in OF] == [pytest.approx(held, abs=6e-4) for held in OF.values()]


def test_reinforcement_learning_is_told_by_its_rewards() -> None:
    table = "rollout/ep_rew_mean,train/loss,train/value_loss,time/total_timesteps\n" + printed("{n},{l},{v},{s}\n")
    run = doctor.read_run(table.encode())  # Stable-Baselines3 2.9's progress.csv

    assert values(run, "loss") == pytest.approx(LOSS)
    assert run.context["task"] == "other"
    assert "in reinforcement learning the loss says little" in " ".join(run.reading.notes)


def test_avalanches_tags_say_whose_they_are() -> None:
    tags = (("Loss_Epoch/train_phase/train_stream", LOSS), ("Loss_Stream/eval_phase/test_stream", VALIDATION))
    run = doctor.read_run(event_file([(n, tag, held[n - 1]) for tag, held in tags for n in EPOCHS]))

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)


def test_avalanche_0_6_writes_the_validation_before_an_epoch_beside_it() -> None:
    header = "training_exp,epoch,training_accuracy,val_accuracy,training_loss,val_loss\n"
    rows = "".join(
        f"0,{n},0.5,0.5,{loss},{before}\n"
        for n, (loss, before) in enumerate(zip(LOSS, [1.5, *VALIDATION], strict=False))
    )
    run = doctor.read_run((header + rows).encode())

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == [*VALIDATION[:-1], None]
    assert "the validation before it" in " ".join(run.reading.notes)
