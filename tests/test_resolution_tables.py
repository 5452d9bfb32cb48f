"""Forecasts, outcomes and scores as tables in words: no name of code reaches them, and each cell comes from its row."""

import re

import pandas as pd

from utils import load_quotes
from utils.aid.resolution import tables
from utils.aid.resolution.evidence import BASES
from utils.aid.resolution.settle import choose_outcomes
from utils.verification.archive_scores import score_record

CODE = re.compile(r"\b(cogat|unrwa|[a-z]+_[a-z_]+|real-time|YES|NO|UNRESOLVED)\b")


def check_words(table, *, apart=("why", "url")):
    """Check that neither a column nor a cell holds a name of code."""
    cells = table.drop(columns=[name for name in apart if name in table]).to_numpy().ravel()
    assert not [text for text in map(str, [*table.columns, *cells]) if CODE.search(text)]


def test_what_is_nought_by_rule_is_written_as_nought_and_nothing_else(record):
    frozen = tables.tabulate_frozen(record)
    check_words(frozen)
    rows = frozen.set_index("forecast")
    assert (rows.loc[["always no", "always no, in hindsight"]].iloc[:, :4] == "0 %").all(axis=None)
    assert not (rows.drop(index=["always no", "always no, in hindsight"]).iloc[:, :4] == "0 %").any(axis=None)
    probability = record.probabilities.query(
        "model == 'pool' and question == 'transition' and source == 'cogat' and definition == 'day' and not inclusive"
    )["probability"].iloc[0]
    assert rows.loc["pool", "transition, COGAT"] == f"{round(100 * probability)} %"
    assert rows["hash of its file"].str.fullmatch("[0-9a-f]{8}").all()


def test_the_outcomes_stand_in_words(resolved):
    settled = choose_outcomes(resolved)
    late = tables.tabulate_settled(settled, question="transition")
    check_words(late)
    assert len(late) == int((settled["question"].eq("transition") & ~settled["inclusive"]).sum())
    came = late[late["outcome"].eq("yes")]
    assert came["settled by"].tolist() == ["the truce's count"] and came["reached"].tolist() == ["on any one day"]
    assert set(late.loc[late["outcome"].eq("open"), "settled by"]) == {"nothing"}
    bodies = tables.tabulate_bodies(resolved.assign(basis=resolved["basis"]).pipe(fill_estimates))
    check_words(bodies)
    assert len(bodies) == 16 and list(bodies.columns[3:]) == [basis.short for basis in BASES.values()]


def fill_estimates(resolved):
    """Give the estimates, which were not drawn here, the rows of the lists."""
    lists = resolved[resolved["kind"].eq("list")]
    return pd.concat([resolved, lists.assign(basis=lists["basis"].str.replace("list", "flow"))])


def test_a_figure_says_how_sure_it_is_and_whose_it_is():
    quotes = load_quotes()
    figures = tables.tabulate_figures(quotes[quotes["date_start"].eq("2025-01-19") & quotes["date_end"].eq("2025-01-19")])
    check_words(figures)
    assert figures["figure"].tolist().count("at least 630") == 1 and "630" in figures["figure"].tolist()
    assert {"Egyptian Red Crescent", "Gaza's Government Media Office"} <= set(figures["whose"])
    mean = tables.tabulate_figures(quotes[quotes["id"].eq("20241101-20241111-cogat-75-ap")]).iloc[0]
    assert (mean["days"], mean["figure"]) == ("1 to 11 Nov 2024", "about 75 a day")


def test_scores_and_editions_are_those_of_their_rows(record, resolved):
    scored = score_record(record, choose_outcomes(resolved).query("count != 'truce' or question == 'transition'"))
    scored = scored[scored["definition"].eq("day") & ~scored["inclusive"]]
    pairs = scored[["question", "source"]].drop_duplicates().itertuples(index=False, name=None)
    titles = {pair: f"case {number}" for number, pair in enumerate(pairs)}
    written = tables.tabulate_scores(scored, titles=titles)
    check_words(written)
    for row in scored.itertuples():
        cell = written.set_index("forecast").loc[tables.name_forecast(row.label, row.vintage), titles[row.question, row.source]]
        assert cell == f"{row.brier:.3f} ({row.log:.2f})"
    both = tables.tabulate_editions({"first": scored.assign(brier=0.5), "second": scored}, titles=titles)
    check_words(both)
    assert both["first edition"].str.endswith("(0.500)").all() and not both["second edition"].str.endswith("(0.500)").all()
    assert len(both) == len(titles) * scored.loc[scored["model"].str.startswith("pool"), "model"].nunique()
