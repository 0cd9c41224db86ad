"""Ways of printing that are in use, rebuilt by hand with own numbers; what prints so is named."""

from __future__ import annotations

import pytest

import doctor
from tests.doctor.test_joining import values

EPOCHS = range(1, 6)
LOSS = [round(1 / n, 4) for n in EPOCHS]
VALIDATION = [round(1.2 / n, 4) for n in EPOCHS]
ACCURACY = [round(0.5 + 0.06 * n, 4) for n in EPOCHS]
VAL_ACCURACY = [round(0.48 + 0.05 * n, 4) for n in EPOCHS]
OF = {"loss": LOSS, "val_loss": VALIDATION, "accuracy": ACCURACY, "val_accuracy": VAL_ACCURACY}
BOTH, LOSSES_AND_VALIDATIONS, ALL = ["loss", "val_loss"], ["loss", "val_loss", "val_accuracy"], list(OF)
SHAPES = {
    "PyTorch's ImageNet example prints means so far": (
        "Epoch: [{m}][  0/391]\tTime  0.512 ( 0.512)\tLoss 9.1e+00 (9.1e+00)\tAcc@1  11.00 ( 11.00)\tAcc@5 99.0 ( "
        "99.0)\n"
        "Epoch: [{m}][390/391]\tTime  0.112 ( 0.212)\tLoss 7.1e+00 ({l:.4e})\tAcc@1  12.00 ({pa:6.2f})\tAcc@5 99.0 ( "
        "99.0)\n"
        "Test: [ 0/79]\tTime  0.3 ( 0.3)\tLoss 9.1e-01 (9.1e-01)\tAcc@1  11.00 ( 11.00)\n"
        "Test: [78/79]\tTime  0.3 ( 0.3)\tLoss 2.1e-01 ({v:.4e})\tAcc@1  55.00 ( {pv:.2f})\n"
        " *   Acc@1 {pv:.3f} Acc@5 99.2\n",
        ALL,
    ),
    "DeiT and torchvision's references": (
        "Epoch: [{m}]  [  0/100]  eta: 0:01:00  lr: 0.0001  loss: 9.1 (9.1)  time: 0.5  max mem: 5000\n"
        "Epoch: [{m}]  [ 90/100]  eta: 0:01:00  lr: 0.0001  loss: 0.1 (8.1)  time: 0.5  max mem: 5000\n"
        "Averaged stats: lr: 0.000100  loss: 0.1 ({l:.4f})\n"
        "Test:  [ 0/10]  eta: 0:01  loss: 9.9 (9.9)  acc1: 11.0 (11.0)\n"
        "* Acc@1 {pv:.3f} Acc@5 99.000 loss {v:.3f}\nMax accuracy: 99.99%\n",
        LOSSES_AND_VALIDATIONS,
    ),
    "timm": (
        "Train: {m} [  99/100 (100%)]  Loss: 9.12 ({l:.4f})  Time: 0.5s,  100.1/s  LR: 1.000e-03\n"
        "Test: [  10/10]  Time: 0.3 (0.3)  Loss:  0.211 ({v:.4f})  Acc@1:  55.0 ({pv:.3f})  Acc@5:  99.0 ( 99.0)\n",
        LOSSES_AND_VALIDATIONS,
    ),
    "Megatron": (
        " iteration {s:8d}/     800 | consumed samples:  {s} | lm loss: {l:.6E} | loss scale: 1.0 |\n"
        " validation loss at iteration {s} | lm loss value: {v:.6E} | lm loss PPL: 1.5E+00 | \n",
        BOTH,
    ),
    "fairseq": (
        "2026-01-01 10:00:00 | INFO | train_inner | epoch {n:03d}:     50 / 100 loss=9.9, nll_loss=9.1, ppl=600\n"
        "2026-01-01 10:00:00 | INFO | valid | epoch {n:03d} | valid on 'valid' subset | loss {v} | nll_loss 0.8 | "
        "best_loss 0.1\n"
        "2026-01-01 10:00:01 | INFO | train | epoch {n:03d} | loss {l} | nll_loss 0.9 | ppl 1.8 | wps 1000\n",
        BOTH,
    ),
    "ESPnet": (
        "[host] 2026-01-01 10:00:00,123 (trainer:301) INFO: {n}epoch results: [train] iter_time=1.2e-04, loss_ctc=9.1, "
        "loss={l}, grad_norm=5.1, [valid] loss_ctc=9.3, loss={v}, time=10 seconds\n",
        BOTH,
    ),
    "AllenNLP draws two bars an epoch": (
        "2026-01-01 10:00:00,123 - INFO - allennlp.training.trainer - Epoch {m}/7\n"
        "accuracy: {a}, batch_loss: 9.9, loss: {l} ||: 100%|##########| 10/10 [00:01<00:00,  7.1it/s]\n"
        "accuracy: {w}, batch_loss: 9.9, loss: {v} ||: 100%|##########| 3/3 [00:00<00:00,  9.1it/s]\n",
        ALL,
    ),
    "MXNet": (
        "INFO:root:Epoch[{m}] Batch [0-50]\tSpeed: 1500.00 samples/sec\taccuracy=0.1\n"
        "INFO:root:Epoch[{m}] Train-accuracy={a}\n"
        "INFO:root:Epoch[{m}] Train-cross-entropy={l}\nINFO:root:Epoch[{m}] Time cost=10.1\n"
        "INFO:root:Epoch[{m}] Validation-accuracy={w}\nINFO:root:Epoch[{m}] Validation-cross-entropy={v}\n",
        ALL,
    ),
    "Caffe": (
        "I0101 10:00:00.1 1234 solver.cpp:330] Iteration {s}, Testing net (#0)\n"
        "I0101 10:00:00.1 1234 solver.cpp:397]     Test net output #0: accuracy = {w}\n"
        "I0101 10:00:00.1 1234 solver.cpp:397]     Test net output #1: loss = {v} (* 1 = {v} loss)\n"
        "I0101 10:00:00.1 1234 solver.cpp:218] Iteration {s} (5.1 iter/s, 2.1s/100 iters), loss = {l}\n",
        LOSSES_AND_VALIDATIONS,
    ),
    "TensorFlow's estimators": (
        "INFO:tensorflow:loss = {l}, step = {s} (1.234 sec)\n"
        "INFO:tensorflow:Saving checkpoints for {s} into m/model.ckpt.\n"
        "INFO:tensorflow:Saving dict for global step {s}: accuracy = {w}, global_step = {s}, loss = {v}\n",
        LOSSES_AND_VALIDATIONS,
    ),
    "Ignite": (
        "Epoch[{n}] Iteration[50/938] Loss: 9.1\nEpoch[{n}] Iteration[900/938] Loss: 8.1\n"
        "Training Results - Epoch: {n}  Avg accuracy: {a} Avg loss: {l}\n"
        "Validation Results - Epoch: {n}  Avg accuracy: {w} Avg loss: {v}\n",
        ALL,
    ),
    "Flair": (
        "2026-01-01 10:00:00,123 epoch {n} - iter 10/100 - loss 9.9 - time (sec): 1.2\n"
        "2026-01-01 10:00:00,123 epoch {n} - iter 90/100 - loss 8.9 - time (sec): 1.2\n"
        "2026-01-01 10:00:00,123 EPOCH {n} done: loss {l} - lr 0.1000000\n"
        "2026-01-01 10:00:00,123 DEV : loss {v} - f1-score 0.5\n",
        BOTH,
    ),
    "PaddlePaddle": (
        "[2026/01/01 10:00:00] ppcls INFO: [Train][Epoch {n}/8][Iter: 0/10]top1: 0.1, CELoss: 9.9, loss: 9.9, "
        "batch_cost: 1.0s\n"
        "[2026/01/01 10:00:00] ppcls INFO: [Train][Epoch {n}/8][Avg]top1: {a}, CELoss: {l}, loss: {l}\n"
        "[2026/01/01 10:00:00] ppcls INFO: [Eval][Epoch {n}][Avg]CELoss: {v}, loss: {v}, top1: {w}, top5: 0.99\n",
        ALL,
    ),
    "MONAI's tutorials": (
        "epoch {n}/8\n1/10, train_loss: 9.9\n10/10, train_loss: 0.9\nepoch {n} average loss: {l}\n"
        "current epoch: {n} current mean dice: 0.5 best mean dice: 0.5 at epoch: 1\n",
        ["loss"],
    ),
    "Poutyne": (
        "\x1b[35mEpoch: \x1b[36m{n}/8 \x1b[35mTrain steps: \x1b[36m19 \x1b[35mVal steps: \x1b[36m5 \x1b[32m0.50s "
        "\x1b[35mloss:"
        "\x1b[94m {l}\x1b[35m acc:\x1b[94m {pa}\x1b[35m val_loss:\x1b[94m {v}\x1b[35m val_acc:\x1b[94m {pv}\x1b[0m\n",
        ALL,
    ),
    "OpenNMT": (
        "[2026-01-01 10:00:00,123 INFO] Step {s}/  800; acc: {pa}; ppl:  3.0; xent: {l}; lr: 0.001; 10 sec;\n"
        "[2026-01-01 10:00:00,123 INFO] Validation perplexity: 2.5\n"
        "[2026-01-01 10:00:00,123 INFO] Validation accuracy: {pv}\n",
        ["loss", "accuracy", "val_accuracy"],
    ),
    "Darknet": (" {s}: 9.100000, {l} avg loss, 0.001000 rate, 3.2 seconds, 6400 images\n", ["loss"]),
    "a course's cost": ("Cost after iteration {s}: {l}\n", ["loss"]),
    "scikit-learn, verbose and stopping early": (
        "Iteration {n}, loss = {l}\nValidation score: {w}\n",
        ["loss", "val_accuracy"],
    ),
    "XGBoost's interface of scikit-learn": ("[{m}]\tvalidation_0-logloss:{l}\tvalidation_1-logloss:{v}\n", BOTH),
    "XGBoost with times": ("[10:00:0{n}] [{m}]\ttrain-logloss:{l}\teval-logloss:{v}\n", BOTH),
    "LightGBM with two metrics": (
        "[{n}]\ttraining's binary_logloss: {l}\ttraining's auc: 0.9\tvalid_1's binary_logloss: {v}\tvalid_1's auc: "
        "0.8\n",
        BOTH,
    ),
    "kuangliu's CIFAR bars": (
        "\nEpoch: {m}\n\r [>....]  Step: 1s | Tot: 0ms | Loss: 9.9 | Acc: 10.000% (10/100) 1/391 "
        "\r [===>]  Step: 1s | Tot: 1m | Loss: {l} | Acc: {pa}% (4/5) 391/391 \n"
        "\r [=>..]  Step: 1s | Tot: 1ms | Loss: 9.9 | Acc: 10.0% (1/10) 1/100 "
        "\r [===>]  Step: 1s | Tot: 1s | Loss: {v} | Acc: {pv}% (4/5) 100/100 \nSaving..\n",
        ALL,
    ),
    "bars named for their set": (
        "Epoch {n}/8 [Train]: 100%|████| 10/10 [00:01<00:00, 9.9it/s, loss={l}]\n"
        "Epoch {n}/8 [Val]: 100%|████| 3/3 [00:01<00:00, 9.9it/s, loss={v}]\n",
        BOTH,
    ),
    "one bar over all epochs": (
        "Epochs:  {n}0%|█  | {n}/8 [00:01<00:10,  1.0s/it, train_loss={l}, val_loss={v}]\r",
        BOTH,
    ),
    "PyTorch's VAE example": (
        "Train Epoch: {n} [0/60000 (0%)]\tLoss: 9.9\n====> Epoch: {n} Average loss: {l}\n====> Test set loss: {v}\n",
        BOTH,
    ),
    "brackets in front": ("[{n}/8] train_loss: {l} valid_loss: {v}\n", BOTH),
    "dots between": (
        "Epoch: {n}/8..  Training Loss: {l}..  Test Loss: {v}..  Test Accuracy: {w}\n",
        LOSSES_AND_VALIDATIONS,
    ),
    "tensors": ("Epoch {n} loss: tensor({l}, grad_fn=<MeanBackward0>) val loss: tensor({v}, device='cuda:0')\n", BOTH),
    "numpy's scalars": ("{{'epoch': {n}, 'train_loss': np.float64({l}), 'val_loss': np.float64({v})}}\n", BOTH),
    "the best so far behind": ("Epoch {n}: train_loss={l}, val_loss={v}, best_val_loss=0.01 (best: 0.01)\n", BOTH),
    "parts of the loss": ("Epoch {n} Total Loss: {l} Recon Loss: 0.1 KL Loss: 0.2 Val Total Loss: {v}\n", BOTH),
    "a run's summary behind": (
        "Epoch {n}/8 train_loss={l} val_loss={v}\nwandb: epoch 8\nwandb: train_loss 0.3\n",
        BOTH,
    ),
    "errors only": ("Epoch {n}: train RMSE {l}, val RMSE {v}\n", BOTH),
    "torchrun's ranks": (
        "[rank0]: Epoch {n}/8 train_loss: {l} val_loss: {v}\n[rank1]: Epoch {n}/8 train_loss: 9.9 val_loss: 9.9\n",
        BOTH,
    ),
    "a number that closes the epoch": ("batch 10 train loss: {l}\nepoch {n} done, val loss: {v}\n", BOTH),
}


def printed(shape: str) -> str:
    return "".join(
        shape.format(
            n=n,
            m=n - 1,
            s=100 * n,
            l=LOSS[n - 1],
            v=VALIDATION[n - 1],
            a=ACCURACY[n - 1],
            w=VAL_ACCURACY[n - 1],
            pa=round(100 * ACCURACY[n - 1], 2),
            pv=round(100 * VAL_ACCURACY[n - 1], 2),
        )
        for n in EPOCHS
    )


@pytest.mark.parametrize(("shape", "curves"), SHAPES.values(), ids=SHAPES)
def test_what_is_printed_is_read_as_what_it_is(shape: str, curves: list[str]) -> None:
    run = doctor.read_run(printed(shape).encode())

    assert {series.curve for series in run.series} == set(curves)
    for curve in curves:
        assert values(run, curve) == pytest.approx(OF[curve], abs=6e-4)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("[Epoch {m}/8] [Batch 0/100] [D loss: {l}] [G loss: {v}]\n", "in parts only"),
        ("Epoch {n}/8 d_loss: {l} g_loss: {v}\n", "in parts only"),
        ("Model A epoch {n}: loss {l}\nModel B epoch {n}: loss {v}\n", "Two series stand in turn"),
        ("Epoch: {n:03d}, Loss: {l}, Train: {l}, Val: {v}\n", "has no name, and falls"),
        ("Epoch {n}: loss 1,{s} val_loss 2,{s}\n", "decimal point or stands between thousands"),
        ("[{n}]\tvalid_0's binary_logloss: {v}\n", "none is training"),
        ("Epoch {n}, lr=0.001: loss 01:10 {l}\n", "holds no epochs that can be read"),
    ],
)
def test_what_could_be_two_things_is_refused_by_name(shape: str, words: str) -> None:
    with pytest.raises(doctor.HistoryError, match=words):
        doctor.read(printed(shape).encode())


def test_a_decimal_comma_is_a_decimal_point() -> None:
    text = printed("Epoche {n}/8 - train loss: {l}, val loss: {v}\n").replace("0.", "0,").replace("1.", "1,")
    run = doctor.read_run(text.encode())

    assert values(run, "loss") == pytest.approx(LOSS)
    assert values(run, "val_loss") == pytest.approx(VALIDATION)
    assert "comma" in " ".join(run.reading.notes)


def test_the_line_that_closes_an_epoch_counts_and_is_said_to() -> None:
    run = doctor.read_run(
        printed("epoch {n} batch 1 loss 9.0\nepoch {n} batch 2 loss 8.0\nepoch {n} end, loss {l}\n").encode()
    )

    assert values(run, "loss") == pytest.approx(LOSS)
    assert "closes the epoch" in " ".join(run.reading.notes)


def test_names_that_are_printed_and_not_used_are_listed() -> None:
    run = doctor.read_run(printed("Epoch {n}: loss={l}, val_loss={v}, lr=0.1, recon_loss=0.2, f1={w}\n").encode())

    assert {"lr", "f1", "val recon loss"} <= {unused.column for unused in run.reading.unused}
