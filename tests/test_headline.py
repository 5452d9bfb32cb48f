"""Which forecast leads: the rule, and what it says of the scenarios."""

import numpy as np
import pandas as pd
import pytest

from utils import InputError, load_scores
from utils.aid.daily import load_records
from utils.aid.scenario_backtest import HEADLINE, PLAIN, SHIFTED, choose_lead, simulate_with_scenarios
from utils.verification.headline import choose_headline
from utils.verification.plan import COLUMNS


def make_scores(better, n_origins, *, horizon=7, noise=0.0, log=None):
    """Scores of a plain forecast and of a challenger that is better by so much, at origins a week apart."""
    rng, rows = np.random.default_rng(0), []
    for origin in pd.date_range("2024-01-01", periods=n_origins, freq=f"{horizon}D"):
        plain = 0.2 + rng.normal(0, 0.05)
        brier = plain - better + rng.normal(0, noise)
        for model, values in (("plain", (plain, 0.6)), ("other", (brier, 0.6 - (better if log is None else log)))):
            for score, value in zip(("brier", "log"), values, strict=True):
                rows.append(("count", "final", model, origin, horizon, "day", "5", score, value))
    return pd.DataFrame(rows, columns=COLUMNS)


def choose(table, horizon=7):
    return choose_headline(table, plain="plain", challenger="other", horizon=horizon)


def test_a_challenger_leads_only_where_both_scores_are_lower_by_more_than_luck():
    clear = choose(make_scores(0.05, 30, noise=0.01))
    assert clear.model == "other" and clear.brier.high < 0 and "more than luck" in clear.why
    assert choose(make_scores(0.005, 30, noise=0.1)).model == "plain"  # better or worse by luck
    assert choose(make_scores(-0.05, 30)).model == "plain"
    assert choose(make_scores(0.05, 30, noise=0.01, log=-0.1)).model == "plain"  # the log score says otherwise


def test_with_too_few_windows_nothing_can_be_told_and_the_plain_forecast_leads():
    few = choose(make_scores(0.1, 3))
    assert few.model == "plain" and few.brier.effective == 3 and "too few to tell" in few.why


def test_what_was_not_scored_cannot_be_compared():
    with pytest.raises(InputError, match="no brier score at 30 days"):
        choose(make_scores(0.1, 9), horizon=30)


def test_scenarios_at_an_origin_know_what_was_published_and_counted_by_then(monkeypatch):
    """The forecaster measures effects on the history it is given, and on nothing else."""
    from utils.aid import scenario_backtest

    asked = []

    def list_none(source, *, as_of, series):
        asked.append((source, as_of, series.index[-1]))
        return {}

    monkeypatch.setattr(scenario_backtest, "list_scenarios", list_none)
    history = load_records(["cogat"], scopes=("all",))["cogat all"].truth[:"2024-05-31"]
    with_none, plain = (
        simulate_with_scenarios(history, 10, n_paths=100, seed=1, source="cogat", shifts=shifts) for shifts in (True, False)
    )
    assert asked == [("cogat", pd.Timestamp("2024-06-01"), pd.Timestamp("2024-05-31"))]
    assert np.array_equal(with_none, plain) and plain.shape == (100, 10)


def test_the_page_leads_with_what_the_rule_says():
    """By the scores that are kept; `tests/test_kept_scores.py` computes some of them anew."""
    table = load_scores("scenarios")
    assert set(table["model"]) == {PLAIN, SHIFTED} and table["series"].nunique() == 2
    assert choose_lead(table).model == HEADLINE
    briers = table[table["score"].eq("brier")].pivot_table(
        index=["series", "origin", "horizon"], columns="model", values="value", observed=True
    )
    assert (briers[PLAIN] != briers[SHIFTED]).any()  # something may come, and it is scored
