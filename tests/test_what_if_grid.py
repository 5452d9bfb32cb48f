"""The grid of what-ifs is the answers of the paths: at its points exactly, between them closely."""

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF

from utils import InputError
from utils.aid.answers import simulate_source
from utils.aid.questions import DEADLINE, TRANSITION
from utils.counts.snapshot import Source, take_snapshot
from utils.forecasts.ensemble import simulate_ensemble
from utils.forecasts.what_if import answer_what_if
from utils.forecasts.what_if_grid import close_after, compute_grid, list_spans, measure_error
from utils.questions.passage import DEFINITIONS
from utils.questions.question import Question

pytestmark = pytest.mark.usefixtures("shared")

QUESTION = TRANSITION.vary(source="cogat")


@pytest.fixture(scope="module")
def ensemble():
    return simulate_source("cogat", as_of=AS_OF, n_paths=2000)


@pytest.fixture(scope="module")
def grid(ensemble):
    return compute_grid(ensemble, QUESTION)


@pytest.fixture(scope="module")
def ward():
    """Ensemble of a count of one's own that may fall, and a question that its window's last day belongs to."""
    counts = pd.Series(np.arange(120) % 7 + 20.0, pd.date_range("2024-01-01", periods=120))
    question = Question(threshold=15, below=True, opens="2024-04-25", closes="2024-05-12", inclusive=True, definition="run2")
    ensemble = simulate_ensemble(take_snapshot(counts, source=Source("ward")), until="2024-05-12", n_paths=500)
    return ensemble, question


def compare(grid, ensemble, *, definition, threshold, last, **view):
    """Return the answer that the grid gives and the one that the paths give."""
    asked = close_after(grid.question, last).vary(definition=definition, threshold=threshold)
    read = grid.answer(definition=definition, threshold=threshold, last=last, **view)
    return read, answer_what_if(ensemble, asked, **view).curve.reindex(read.index)


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_at_its_points_the_grid_is_the_answer_of_the_paths(grid, ensemble, definition):
    for _, n in list_spans(len(grid.days)):
        for threshold in grid.thresholds[::4]:
            for ratio, days_to_full in ((0.5, 1), (1.0, 7), (2.8, 28)):
                view = dict(threshold=threshold, last=grid.days[n - 1], ratio=ratio, days_to_full=days_to_full)
                read, found = compare(grid, ensemble, definition=definition, probability=1, **view)
                assert read.iloc[-1] == pytest.approx(found.iloc[-1], abs=1e-12)
                read, found = compare(grid, ensemble, definition=definition, probability=0, **view)
                np.testing.assert_allclose(read, found, atol=1e-12)


def test_a_count_that_falls_is_read_alike(ward):
    ensemble, question = ward
    grid = compute_grid(ensemble, question, definitions=["day", "mean7", "window_mean"], thresholds=[12, 18], ratios=[0.5, 2])
    assert grid.definitions[-1] == "run2" and grid.thresholds == (12, 15, 18) and grid.ratios == (0.5, 1, 2)
    assert grid.days[0] == ensemble.as_of and grid.days[-1] == pd.Timestamp("2024-05-12")
    for definition in grid.definitions:
        for threshold in grid.thresholds:
            for ratio in grid.ratios:
                view = dict(probability=1, ratio=ratio, days_to_full=3, last=grid.days[-1])
                read, found = compare(grid, ensemble, definition=definition, threshold=threshold, **view)
                assert read.iloc[-1] == pytest.approx(found.iloc[-1], abs=1e-12)
    fallen = [
        grid.answer(definition="day", threshold=15, last=grid.days[-1], probability=1, ratio=r, days_to_full=1) for r in (0.5, 2)
    ]
    assert fallen[0].iloc[-1] > 0.9 > 0.1 > fallen[1].iloc[-1]


def test_between_its_points_the_grid_is_close_to_the_paths():
    paths = simulate_source("cogat", as_of=AS_OF, n_paths=10_000)
    error = measure_error(compute_grid(paths, QUESTION), paths, shifts=20)
    assert error.points == 20 * len(DEFINITIONS) and 0 < error.typical < 0.008 and error.typical < error.largest < 0.03


def test_a_grid_that_is_wrong_is_measured_so(grid, ensemble):
    wrong = type(grid)(**{**vars(grid), "given": np.clip(grid.given + 0.2, 0, 1)})
    assert measure_error(wrong, ensemble).largest > 0.1 > measure_error(grid, ensemble).largest


def test_answers_rise_with_a_rise_and_fall_with_the_threshold(grid):
    asked = dict(definition="mean7", last=grid.days[40])

    def read(**changes):
        view = {"threshold": 330, "probability": 0.4, "ratio": 1.9, "days_to_full": 10, **asked, **changes}
        curve = grid.answer(**view)
        assert (np.diff(curve) >= 0).all() and curve.between(0, 1).all() and len(curve) == 41
        return curve.iloc[-1]

    assert (np.diff([read(ratio=ratio) for ratio in np.linspace(0.5, 4, 30)]) >= -1e-12).all()
    assert (np.diff([read(probability=p) for p in np.linspace(0, 1, 11)]) >= 0).all()
    assert (np.diff([read(threshold=level) for level in range(100, 600, 13)]) <= 1e-12).all()
    assert read(days_to_full=2) > read(days_to_full=25)
    assert read(ratio=1) == read(probability=0)


def test_the_table_of_answers_holds_them(grid):
    table = grid.tabulate(probabilities=[0, 0.5, 1], ratios=[0.5, 1, 2])
    assert table.index.name == "ratio" and table.columns.tolist() == [0, 0.5, 1]
    plain = grid.answer(definition="day", threshold=350, last=grid.days[-1], probability=0, ratio=1, days_to_full=1)
    assert table.loc[1].tolist() == pytest.approx([plain.iloc[-1]] * 3)
    assert (np.diff(table.loc[0.5]) < 0).all() and (np.diff(table.loc[2]) > 0).all()


def test_one_day_ahead_is_grid_enough():
    late = simulate_source("cogat", as_of="2024-11-12", n_paths=600)
    grid = compute_grid(late, DEADLINE.vary(source="cogat"), definitions=["day"], ratios=[4], speeds=[1, 2])
    assert grid.days.tolist() == [pd.Timestamp("2024-11-12")]
    read = grid.answer(definition="day", threshold=350, last="2024-11-12", probability=1, ratio=4, days_to_full=1)
    found = answer_what_if(late, DEADLINE.vary(source="cogat"), probability=1, ratio=4, days_to_full=1)
    assert read.tolist() == pytest.approx([found.probability])


def test_a_short_window_has_a_finer_grid():
    paths = simulate_source("unrwa", as_of=AS_OF, n_paths=4000)
    grid = compute_grid(paths, DEADLINE.vary(source="unrwa"))
    assert len(grid.thresholds) > 40 and len(grid.ratios) > 10 and len(grid.days) == 5
    assert measure_error(grid, paths, shifts=20).largest < 0.05


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (dict(definition="week"), "definition 'week'"),
        (dict(threshold=20), "threshold 20 must be a number from 100 to 600"),
        (dict(ratio=9), "ratio 9 must be a number from 0.5 to 4"),
        (dict(days_to_full=0), "days_to_full 0"),
        (dict(probability=1.5), "probability 1.5"),
        (dict(last="2025-02-01"), "last 2025-02-01 is no day ahead; give one from 2024-11-08 to 2025-01-19"),
    ],
)
def test_what_lies_outside_the_grid_is_refused(grid, asked, error):
    view = dict(definition="day", threshold=350, last=grid.days[-1], probability=0.5, ratio=2, days_to_full=7)
    with pytest.raises(InputError, match=error):
        grid.answer(**view | asked)


@pytest.mark.parametrize(
    ("axes", "error"),
    [
        (dict(thresholds=[350]), "thresholds .* make no grid"),
        (dict(ratios=[0, 2]), "ratios 0 must be positive"),
        (dict(speeds=[1.5, 3]), "speeds 1.5 must be a whole number"),
        (dict(definitions=["week"]), "definition 'week' is unknown"),
    ],
)
def test_axes_that_make_no_grid_are_refused(ensemble, axes, error):
    with pytest.raises(InputError, match=error):
        compute_grid(ensemble, QUESTION, **axes)


def test_a_window_that_is_over_has_no_grid(ensemble):
    with pytest.raises(InputError, match="resolve the question instead"):
        compute_grid(ensemble, DEADLINE.vary(source="cogat", opens="2024-10-01", closes="2024-11-01"))
