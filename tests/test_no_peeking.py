"""Nothing dated or published after the origin meets a forecast: it raises, or it changes no bit."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import worlds
from conftest import AS_OF, plant_row, plant_vintage
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import LookaheadError, answer, load_days, load_quotes
from utils.aid.ingest.datapackage import refresh_package
from utils.aid.ingest.schemas import tell_stage
from utils.aid.loaders import SOURCES
from utils.aid.questions import DEADLINE

FIRST = "2024-11-01"
ORIGIN = pd.Timestamp(AS_OF) - pd.Timedelta(days=1)


def answer_from(data, source, *, as_of=AS_OF):
    """Answer from a copy of the data."""
    question = DEADLINE.vary(source=source, definition="run3")
    return answer(question, as_of=as_of, n_paths=100, counts=load_days(source, as_of=as_of, data=data)).to_dict()


@pytest.mark.parametrize("source", SOURCES)
def test_a_vintage_published_later_changes_nothing(data, source):
    before = answer_from(data, source)
    plant_vintage(data, source=source, published="2024-11-09", trucks=9_999, last="2024-11-07")
    assert answer_from(data, source) == before
    assert answer_from(data, source, as_of="2024-11-09")["probability"] == 1  # it is there, and is used from its day on


@pytest.mark.parametrize("table", ["unrwa_2024-10-27.csv", "cogat_2024-09-24.csv"])
@pytest.mark.parametrize("day", ["2024-11-08", "2024-11-12", "2025-06-01"])
def test_a_row_after_the_origin_raises(data, table, day):
    plant_row(data, table=table, day=day)
    with pytest.raises(LookaheadError, match=day):
        answer_from(data, table.split("_")[0])


@settings(max_examples=25)
@given(st.integers(0, 400), st.sampled_from(["counted", "partial", "unreported"]), st.booleans())
def test_days_handed_in_with_one_after_the_origin_raise(after, state, missing):
    days = load_days("unrwa", as_of=AS_OF)
    late = pd.Timestamp(AS_OF) + pd.Timedelta(days=after)
    days.loc[late] = {"trucks": np.nan if missing else 1.0, "state": state, "note": ""}
    with pytest.raises(LookaheadError, match=f"history holds {late:%Y-%m-%d}, which lies after the origin 2024-11-07"):
        answer(DEADLINE.vary(source="unrwa"), as_of=AS_OF, n_paths=50, counts=days)


def test_a_quote_published_later_is_not_loaded(data):
    quotes = pd.read_csv(data / "quotes.csv", dtype=str)
    planted = [
        quotes[quotes["published_precision"].eq("day")]
        .iloc[[0]]
        .assign(id=f"planted-{day}", published=day, date_start=FIRST, date_end=FIRST, stage=tell_stage(FIRST, FIRST, day))
        for day in (AS_OF, "2024-11-09")
    ]
    pd.concat([quotes, *planted]).to_csv(data / "quotes.csv", index=False)
    refresh_package(folder=data, tables=["quotes"])
    known = set(load_quotes(as_of=AS_OF, data=data)["id"])
    assert f"planted-{AS_OF}" in known and "planted-2024-11-09" not in known


DAYS = (
    "2024-09-15", "2024-09-25", "2024-10-03", "2024-10-17", "2024-10-20", "2024-10-30", AS_OF, "2024-11-14", "2024-12-10",
    "2025-01-10",
)  # fmt: skip


def test_what_came_later_changes_no_bit_of_an_answer_on_any_of_ten_days(tmp_path, share_folder):
    """With shifts: one process that knows all and is asked on every day, against one a day that was left only what was public."""
    cut = worlds.copy_project(tmp_path / "cut")
    gone = []
    for day in DAYS:
        data = shutil.copytree(cut / "data", cut / "worlds" / day)
        gone.append(worlds.forget_later(data, day=day))
        worlds.reword(data)
    shutil.rmtree(cut / "data")
    assert min(gone) > 20 and gone == sorted(gone, reverse=True)
    apart = worlds.run("ask-apart", cut, DAYS)
    together = worlds.run("ask", worlds.ROOT, DAYS, share=share_folder)
    for one, other in zip(apart, together, strict=True):
        assert one == other, one["day"]
    shifted = [one["cogat"]["probability"] for one in together if "cogat" in one]
    assert len(shifted) == len(DAYS) - 1 and len(set(shifted)) > 5
    assert all(one["effects"] and one["unrwa"]["branches"] for one in together)


def test_no_word_moves_a_number(tmp_path, share_folder):
    """Every free text is another: notes, scopes, publishers, events, holidays, titles, facts."""
    other = worlds.copy_project(tmp_path / "other")
    worlds.reword(other / "data")
    for table, columns in worlds.FREE_TEXT.items():
        texts = pd.read_csv(other / "data" / table, dtype=str)
        assert all(texts[column].nunique() == 1 for column in columns)
    days = (AS_OF, worlds.ALL)
    assert worlds.run("ask", worlds.ROOT, days, share=share_folder) == worlds.run("ask", other, days)


ANSWER_FINAL = """
import json
from utils import answer_all
print(json.dumps([one.to_dict() for one in answer_all(as_of="2024-11-08", vintage="final", n_paths=100)]))
"""


def answer_final(project, **environment) -> str:
    """Answer from final vintages, cut at the origin, from the project or a copy of it in a process of its own."""
    environment = dict(os.environ, PYTHONPATH=str(project), **environment)
    command = [sys.executable, "-c", ANSWER_FINAL]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=True).stdout


def test_final_vintages_too_show_nothing_of_the_days_after_the_origin(tmp_path, share_folder):
    before = answer_final(worlds.ROOT, UTILS_SHARE=str(share_folder))
    project = worlds.copy_project(tmp_path / "project")
    edited = ("unrwa_2024-12-24", "unrwa_2025-01-19", "quotes", "events")
    for name in ("unrwa_2024-12-24.csv", "unrwa_2025-01-19.csv"):
        table = pd.read_csv(project / "data" / name)
        after = pd.to_datetime(table["date"]) > ORIGIN
        assert after.sum() > 200
        table.loc[after, "trucks"] *= 50
        table.to_csv(project / "data" / name, index=False)
    for name in ("quotes.csv", "events.csv"):
        day = "date_end" if name == "quotes.csv" else "date"
        assert worlds.edit_table(project / "data" / name, lambda row, day=day: row if row[day] < AS_OF else None) > 20
    refresh_package(folder=project / "data", tables=edited)
    assert answer_final(project) == before
    assert len(json.loads(before)) == 16
