"""Tables of HTML and LaTeX, as pandas 3.1.1 writes them and as people do, and pages into which a log was printed."""

import html

import pytest

import doctor

LOSS = [0.71, 0.55, 0.43, 0.36]
VALIDATION = [0.73, 0.61, 0.54, 0.5]
BOTH = {"loss": LOSS, "val_loss": VALIDATION}


def _html(head: str, row: str) -> str:
    """Lay a table out as `DataFrame.to_html` does."""
    body = "".join(f"    <tr>\n{row.format(n=n, a=a, b=b)}    </tr>\n" for n, (a, b) in _rows())
    return (
        '<table border="1" class="dataframe">\n  <thead>\n'
        + head
        + f"  </thead>\n  <tbody>\n{body}  </tbody>\n</table>"
    )


def _rows() -> list[tuple[int, tuple[float, float]]]:
    return list(enumerate(zip(LOSS, VALIDATION, strict=True)))


def _latex(head: str) -> str:
    """Lay a table out as `DataFrame.to_latex` does."""
    rows = "".join(f"{n} & {a:f} & {b:f} \\\\\n" for n, (a, b) in _rows())
    return f"\\begin{{tabular}}{{lrr}}\n\\toprule\n{head}\\midrule\n{rows}\\bottomrule\n\\end{{tabular}}\n"


_NUMBERED = _html(
    '    <tr style="text-align: right;">\n      <th></th>\n      <th>loss</th>\n      <th>val_loss</th>\n    </tr>\n',
    "      <th>{n}</th>\n      <td>{a}</td>\n      <td>{b}</td>\n",
)
_INDEXED = _html(
    "<tr><th></th><th>loss</th><th>val_loss</th></tr>\n    <tr><th>epoch</th><th></th><th></th></tr>\n",
    "      <th>{n}</th>\n      <td>{a}</td>\n      <td>{b}</td>\n",
)
_PRINTED = "\n".join(f"Epoch {n + 1}: loss {a} & val_loss {b}" for n, (a, b) in _rows())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_NUMBERED, id="to_html"),
        pytest.param(_INDEXED, id="to_html-named-index"),
        pytest.param(f"<!DOCTYPE html>\n<html><body><h1>Loss</h1><table><tr><td>a</td></tr></table>{_INDEXED}</body>"),
        pytest.param(_NUMBERED.replace("<td>0.55</td>", "<td><b>0.55</b>&nbsp;</td>"), id="marked-cells"),
        pytest.param(f"<html><pre class='out'>{html.escape(_PRINTED)}</pre></html>", id="printed-into-a-page"),
        pytest.param(_latex(" & loss & val_loss \\\\\n"), id="to_latex"),
        pytest.param(_latex(" & loss & val_loss \\\\\nepoch &  &  \\\\\n"), id="to_latex-named-index"),
        pytest.param(
            "\\section{Runs}\n"
            + _latex("\\textbf{Epoch} & Train Loss & Val.\\ Loss \\\\ % as printed\n").replace(
                "0.550000", "\\textbf{$0.550000$}"
            ),
            id="by-hand",
        ),
    ],
)
def test_a_table_in_markup_is_read_as_its_cells_say(text: str) -> None:
    assert dict(doctor.read_run(text.encode()).history()) == BOTH


def test_a_table_that_repeats_its_header_on_each_page_is_one_run() -> None:
    head = "epoch & loss & val\\_loss \\\\\n"
    text = _latex(f"{head}\\endfirsthead\n{head}").replace("tabular", "longtable")

    assert dict(doctor.read_run(text.encode()).history()) == BOTH


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (_NUMBERED.replace("<th>loss</th>", '<th colspan="2">loss</th>'), "span others"),
        (_latex("epoch & \\multicolumn{2}{c}{loss} \\\\\n"), "span others"),
        ("<html><body><p>Epoch 1: loss 0.5</p></body></html>", "no table with a column for the loss"),
        ("\\begin{tabular}{lr}\nmodel & loss \\\\\nresnet & 0.5 \\\\\nvgg & 0.4 \\\\\n\\end{tabular}", "counts epochs"),
        (f"{_NUMBERED}\n<p>again</p>\n{_NUMBERED}", "holds 2 runs: 'table 1', 'table 2'"),
    ],
)
def test_markup_that_holds_no_single_log_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(doctor.HistoryError, match=message):
        doctor.read_run(text.encode())


@pytest.mark.parametrize(
    ("training", "validation"),
    [("t_loss", "v_loss"), ("loss_t", "loss_v"), ("tLoss", "vLoss"), ("T_loss", "val_loss"), ("t_loss", "test_loss")],
)
def test_initials_beside_each_other_say_whose_a_loss_is(training: str, validation: str) -> None:
    text = "\n".join([f"epoch,{training},{validation}", *(f"{n},{a},{b}" for n, (a, b) in _rows())])
    run = doctor.read_run(text.encode())

    assert dict(run.history()) == BOTH
    assert any(f"'{training}' for training's" in note for note in run.reading.notes)


@pytest.mark.parametrize(("one", "other"), [("pi_loss", "v_loss"), ("t_loss", "d_loss"), ("v_loss", "val_loss")])
def test_an_initial_that_may_be_anything_is_refused(one: str, other: str) -> None:
    text = "\n".join([f"epoch,{one},{other}", *(f"{n},{a},{b}" for n, (a, b) in _rows())])

    with pytest.raises(doctor.HistoryError):
        doctor.read_run(text.encode())


def test_printed_initials_are_read_too() -> None:
    text = "\n".join(f"Epoch {n}: tloss={a}, vloss={b}" for n, (a, b) in _rows())

    assert dict(doctor.read_run(text.encode()).history()) == BOTH
