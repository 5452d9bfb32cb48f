"""Nothing dated or published after the origin meets a forecast: it raises, or it changes no bit."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import AS_OF, plant_row, plant_vintage
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import LookaheadError, answer, load_days, load_quotes
from utils.aid.loaders import SOURCES
from utils.aid.questions import DEADLINE
from utils.common.paths import ROOT

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
        quotes.iloc[[0]].assign(id=f"planted-{day}", published=day, date_start="2024-11-01") for day in (AS_OF, "2024-11-09")
    ]
    pd.concat([quotes, *planted]).to_csv(data / "quotes.csv", index=False)
    known = set(load_quotes(as_of=AS_OF, data=data)["id"])
    assert f"planted-{AS_OF}" in known and "planted-2024-11-09" not in known


ANSWER_ALL = """
import json, sys
from utils import answer_all, load_events, load_quotes
as_of = sys.argv[1]
found = [one.to_dict() for vintage in ("real-time", "final") for one in answer_all(as_of=as_of, vintage=vintage, n_paths=100)]
print(json.dumps([found, len(load_quotes(as_of=as_of)), len(load_events(as_of=as_of))]))
"""


def answer_apart(project, *, as_of=AS_OF) -> str:
    """Every answer, in real time and from final vintages, from a copy of the project in a process of its own."""
    environment = dict(os.environ, PYTHONPATH=str(project))
    command = [sys.executable, "-c", f"import utils; assert utils.__file__.startswith({str(project)!r})\n{ANSWER_ALL}", as_of]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_world_after_the_origin_changes_no_bit_of_any_answer(tmp_path):
    """End to end on a copy of the project in which all that came later is other: counts, vintages, quotes, events."""
    project = tmp_path / "project"
    for folder in ("utils", "seeds", "data"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns("__pycache__"))
    data = project / "data"
    before = answer_apart(project)

    last = pd.read_csv(data / "unrwa_2025-01-19.csv")
    after = pd.to_datetime(last["date"]) > ORIGIN
    assert after.sum() > 400
    last.loc[after, "trucks"] *= 50
    last.to_csv(data / "unrwa_2025-01-19.csv", index=False)
    december = pd.read_csv(data / "unrwa_2024-12-24.csv")
    december.assign(trucks=december["trucks"] * 50).to_csv(data / "unrwa_2024-12-24.csv", index=False)
    for name, column, row in (
        ("quotes.csv", "published", {"date_start": "2024-11-08", "trucks": "630"}),
        ("events.csv", "date", {}),
    ):
        table = pd.read_csv(data / name, dtype=str)
        late = (table[table["kind"] != "holiday"] if name == "events.csv" else table).iloc[[-1]]
        pd.concat([table, late.assign(**{column: "2024-11-09"}, **row)]).to_csv(data / name, index=False)

    assert answer_apart(project) == before
    found, *_ = json.loads(before)
    assert (
        len(found) == 32 and any(one["vintage"] == "final" for one in found) and any(0 < one["probability"] < 1 for one in found)
    )
    # The plants do reach whoever asks later, so that the silence above means something.
    later = json.loads(answer_apart(project, as_of="2024-12-26"))[0]
    assert max(one["probability"] for one in later if one["source"] == "unrwa") == 1
