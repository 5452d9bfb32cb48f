"""Figures of any count: labels from its source, claims from its data, nothing cut off and nothing on top of something else."""

import base64
import importlib
import io
import itertools
import re

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from utils import InputError
from utils.aid.sources import COGAT, UNRWA
from utils.counts.snapshot import FINAL, REAL_TIME, Snapshot, Source, take_snapshot
from utils.figures.forecast import plot_fan, plot_first_passage, plot_probabilities
from utils.figures.forms import draw_narrow
from utils.figures.labels import name_lists
from utils.figures.outcomes import plot_against_outcome, plot_place, plot_scores
from utils.figures.record import (
    plot_day_states,
    plot_record,
    plot_shares,
    plot_small_multiples,
    plot_vintages,
    plot_weekdays,
)
from utils.figures.scenarios import plot_effect_paths, plot_effects, plot_hazard, plot_what_if
from utils.figures.style import (
    GREY,
    INK,
    PALETTE,
    TARGET,
    SeriesStyle,
    choose_style,
    choose_styles,
    make_sheet,
    show,
    write_figure,
    write_head,
)
from utils.figures.svg import PAGE_TYPE, darken, write_drawing_styles
from utils.figures.verification import (
    plot_pit,
    plot_reliability,
    plot_shuffled,
    plot_skill,
)
from utils.forecasts.answer import answer
from utils.forecasts.ensemble import simulate_ensemble
from utils.forecasts.tables import tabulate_answers, tabulate_branches, tabulate_known
from utils.forecasts.what_if import sweep_hazard
from utils.forecasts.what_if_grid import compute_grid
from utils.questions.question import Question
from utils.scenarios.hazards import InterventionRate, Scenario
from utils.scenarios.interruptions import Effect, measure_effect
from utils.verification.calibration import fit_corp

LONG = Source("royal", "The Royal Infirmary of the Northern Counties and its Forty-One Clinics", "admissions", place=3)
RNG = np.random.default_rng(0)
DAYS = pd.date_range("2023-01-01", periods=400)
SMALL = pd.Series(RNG.poisson(2, 400).astype(float), DAYS)
LARGE = pd.Series((90_000 + 20_000 * np.sin(np.arange(400) / 20) + 5_000 * RNG.standard_normal(400)).round(), DAYS)
GAPPED = LARGE.mask((LARGE.index >= DAYS[50]) & (LARGE.index < DAYS[60]))

#: Counts, the question's fields, days of its window.
CASES = {
    "small": (SMALL, dict(threshold=8), 10),
    "below one": (SMALL, dict(threshold=1, below=True, definition="run3"), 40),
    "half": (SMALL, dict(threshold=2.5, definition="window_mean", inclusive=True), 75),
    "large": (GAPPED, dict(threshold=100_000), 30),
    "large below": (GAPPED, dict(threshold=75_000, below=True, definition="mean7"), 13),
    "millions": (LARGE * 100, dict(threshold=12_500_000), 20),
    "thirty days": (take_snapshot(SMALL[:30], source=LONG), dict(threshold=6, source="royal"), 1),
    "days lost": (SMALL.mask(SMALL.index >= DAYS[390]), dict(threshold=6), 5),
}


def texts(fig) -> str:
    """All that is written on the sheet and its plots."""
    return " ".join(" ".join(text.get_text() for text in fig.findobj(Text)).split())


def check_layout(fig, *, forms: int = 2) -> None:
    """Check that nothing is cut off, no plot is empty, and title, qualifier, foot and plots do not overlap, in any form."""
    check_form(fig)
    narrow = draw_narrow(fig) if forms > 1 else None
    if narrow is not None:
        check_form(narrow)


def check_form(fig) -> None:
    canvas, page = FigureCanvasAgg(fig), fig.bbox
    canvas.draw()
    renderer = canvas.get_renderer()
    words = [text.get_window_extent(renderer) for text in fig.texts]
    plots = [ax.get_tightbbox(renderer) for ax in fig.axes if ax.get_visible()]
    legends = [legend.get_window_extent(renderer) for legend in fig.legends]
    for box in (*words, *plots, *legends):
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1, f"cut off: {texts(fig)}"
    for one, other in itertools.combinations([*words, *legends], 2):
        assert not one.padded(-1).overlaps(other.padded(-1)), f"two texts overlap: {texts(fig)}"
    for one, other in itertools.product(plots, [*words, *legends]):
        assert not one.padded(-2).overlaps(other.padded(-2)), f"a plot overlaps a text: {texts(fig)}"
    assert not any(ax.images for ax in fig.axes), "an image keeps its colours on a dark page"
    for ax in fig.axes:
        assert not ax.get_visible() or ax.has_data() or not ax.axison, "an empty panel"


@pytest.mark.parametrize("case", CASES)
def test_every_figure_of_a_forecast_takes_a_count_of_ones_own(case):
    counts, fields, days = CASES[case]
    snapshot = take_snapshot(counts)
    end = snapshot.as_of + pd.Timedelta(days=days)
    question = Question(opens=snapshot.as_of, closes=end, **fields)
    ensemble = simulate_ensemble(snapshot, until=question.window[-1], n_paths=200)
    definitions = list(dict.fromkeys((question.definition, "day", "mean7")))
    answers = [answer(question.vary(definition=name), counts=counts, n_paths=200) for name in definitions]
    fan = plot_fan(ensemble, question)
    figures = [
        fan,
        plot_first_passage(answers[:1]),
        plot_first_passage(answers, labels=definitions),
        plot_probabilities(answers),
        plot_probabilities(answers[:1]),
        plot_record([snapshot], threshold=question.threshold, below=question.below),
        plot_day_states([snapshot]),
        plot_weekdays([snapshot]),
        plot_weekdays([snapshot], split=snapshot.days.index[14]),
    ]
    for figure in figures:
        check_layout(figure, forms=2 if case in ("half", "large below", "thirty days") else 1)
    assert f"{question.threshold:,g}" in texts(fan) or question.threshold > 1e6
    verb = "fall below" if question.below else "reach"
    title = " ".join(fan.texts[0].get_text().split())
    assert f"of the paths {verb} {f'{question.threshold:,.10g}'}; a usual day has" in title
    assert f"{snapshot.source.unit}/day" in texts(fan)
    for table in (tabulate_answers(answers), tabulate_known(answers)):
        assert len(table) == len(answers)
    assert tabulate_branches(answers[0]).empty


def test_single_paths_are_chosen_by_the_rank_of_their_highest_day_and_a_short_window_has_its_own_panel():
    snapshot = take_snapshot(LARGE)
    end = snapshot.as_of + pd.Timedelta(days=5)
    question = Question(threshold=100_000, opens=snapshot.as_of, closes=end)
    ensemble = simulate_ensemble(snapshot, until=question.window[-1], n_paths=200)
    fan = plot_fan(ensemble, question, ranks=(0.0, 0.5, 1.0))
    highest = np.sort(ensemble.paths.max(axis=1))
    before, around = fan.axes
    marked = [float(text.get_text().replace(",", "")) for text in around.texts if text.get_text().replace(",", "").isdigit()]
    assert marked == [round(highest[0]), round(highest[round(0.5 * 199)]), round(highest[-1])]
    assert before.get_xlim()[1] == around.get_xlim()[0] and not before.texts
    long = question.vary(closes=snapshot.as_of + pd.Timedelta(days=75))
    assert len(plot_fan(simulate_ensemble(snapshot, until=long.window[-1], n_paths=200), long).axes) == 1
    lowest = plot_fan(ensemble, question.vary(below=True, threshold=80_000), ranks=(0.0,))
    assert f"{ensemble.paths.min():,.0f}" in texts(lowest)


def test_a_long_name_wraps_and_the_sheet_grows():
    snapshots = [take_snapshot(SMALL, source=LONG, scope=scope) for scope in ("men", "women", "children")]
    short = plot_day_states([take_snapshot(SMALL)])
    long = plot_day_states(snapshots)
    assert long.texts[0].get_text().count("\n") == 2 and short.texts[0].get_text().count("\n") == 0
    assert long.get_figheight() > 1.6 + 1.4 * 3 + 2 * 0.2
    assert [ax.get_title(loc="left").split(", ")[-1] for ax in long.axes] == ["men", "women", "children"]
    check_layout(long)
    fig, [[ax]] = make_sheet()
    ax.plot([0, 1])
    check_layout(write_head(fig, claim="A claim. " * 50, qualifier="It says more. " * 40, foot="Source: all. " * 30))


def test_the_palette_keeps_the_first_two_places_and_tells_all_apart():
    assert choose_style(COGAT) == SeriesStyle("#0072B2", "-", "o")
    assert choose_style(UNRWA) == SeriesStyle("#C04A00", (0, (5, 1.5)), "s")
    for field in ("colour", "line", "marker"):
        assert len({getattr(style, field) for style in PALETTE}) == len(PALETTE)
    styles = [choose_style(Source("", place=place)) for place in range(3 * len(PALETTE))]
    assert len({(style.colour, style.marker) for style in styles}) == len(styles)
    assert len(set(choose_styles([Source("a"), Source("b")]))) == 2


#: How red, green and blue light are seen without one kind of cone, after Machado, Oliveira and Fernandes (2009).
BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def to_light(colour: str) -> np.ndarray:
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def to_lab(light: np.ndarray) -> np.ndarray:
    mix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(mix) @ np.clip(light, 0, 1) / [0.9505, 1.0, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_stay_apart_for_colour_blind_readers_and_can_be_read_on_white(kind):
    seen = [to_lab(np.array(BLINDNESS[kind]) @ to_light(style.colour)) for style in PALETTE]
    assert min(np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)) > 10
    assert all(1.05 / (to_light(style.colour) @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5 for style in PALETTE)


def test_the_record_claims_the_days_that_it_marks():
    counts = pd.Series([5, np.nan, 2, 9, 0, 4], pd.date_range("2024-01-01", periods=6))
    state = ["counted", "unreported", "partial", "counted", "counted", "counted"]
    days = pd.DataFrame({"count": counts, "state": state})
    days.loc["2024-01-07"] = [np.nan, "closed"]
    ours, other = Snapshot(days, source=Source("ours", unit="beds")), take_snapshot(counts + 1, source=Source("theirs"))
    assert title(plot_record([ours, other], threshold=9)) == "Reached 9 a day: ours's count on 1 day, theirs's count on 1 day"
    # The partial day may still grow, and the closed one had none.
    below = plot_record([ours], threshold=5, below=True)
    assert title(below) == "Below 5 a day: ours's count on 3 days"
    assert title(plot_record([other], threshold=50)) == "Reached 50 a day: theirs's count on none"
    assert {text.get_text() for text in below.axes[0].texts} == {"target: 5 a day"}
    assert plot_record([ours], threshold=9, labels={"2024-01-02": "one"}).texts[1].get_text().endswith("(1) one")
    events = pd.DataFrame({"date": [pd.Timestamp("2024-01-03")]})
    with pytest.raises(InputError, match="no event is dated 2024-01-02"):
        plot_record([ours], threshold=9, labels={"2024-01-02": "one"}, events=events)
    with pytest.raises(InputError, match="no snapshot to draw"):
        plot_record([], threshold=9)


def title(fig) -> str:
    return " ".join(fig.texts[0].get_text().split())


def test_a_threshold_far_above_or_below_the_counts_stays_in_sight():
    for threshold in (1, 400_000):
        low, high = plot_record([take_snapshot(LARGE)], threshold=threshold).axes[0].get_ylim()
        assert low < 0 < threshold < high and LARGE.max() < high


def test_the_lowest_weekday_is_found_and_not_presumed():
    counts = pd.Series(np.where(DAYS.day_of_week == 2, 5.0, 50.0), DAYS)
    late = counts.mask(DAYS.day_of_week == 6, 1.0)
    assert title(plot_weekdays([take_snapshot(counts)])) == "Lowest weekday: Wednesday (10 %)"
    split = plot_weekdays([take_snapshot(late, source=Source("a"))], split="2023-06-01")
    assert title(split) == "Lowest weekday: Sunday at a (2 %)" and len(split.axes) == 2
    assert title(plot_weekdays([take_snapshot(counts[:1])])) == "Lowest weekday: unknown"
    assert title(plot_weekdays([take_snapshot(counts * 0)])) == "Lowest weekday: Monday (0)"


def test_days_without_a_count_are_counted_and_called_zeros_only_where_closed():
    days = pd.DataFrame({"count": [1.0, np.nan, np.nan], "state": ["counted", "unreported", "closed"]}, DAYS[:3])
    fig = plot_day_states([Snapshot(days, source=Source("ours"))])
    assert title(fig) == "Days without a count: ours 2 of 3"
    assert "unless it was closed" in texts(fig)
    assert "unless" not in texts(plot_day_states([take_snapshot(SMALL)]))


@pytest.mark.parametrize(
    ("as_of", "claim"),
    [
        ("2024-01-01", "On 1 January 2024 no list was public yet"),
        ("2024-03-05", "On 5 March 2024 the newest counts at hand were 15 days old"),
        ("2024-06-05", "On 5 June 2024 the newest counts at hand were 6 to 107 days old"),
    ],
)
def test_the_age_of_the_newest_counts_is_computed(as_of, claim):
    rows = [("a", "2024-03-01", "2023-01-01", "2024-02-19"), ("b", "2024-06-01", "2024-02-01", "2024-05-30")]
    table = pd.DataFrame(rows, columns=["source", "published", "first", "last"]).assign(rows=1000)
    table = table.astype(dict.fromkeys(["published", "first", "last"], "datetime64[ns]"))
    fig = plot_vintages(table, as_of=as_of, sources={"a": LONG}, foot="foot")
    assert title(fig) == claim and "1,000 rows" in texts(fig)
    check_layout(fig)


def test_the_foot_names_lists_where_they_are_known_and_days_elsewhere():
    listed = Snapshot(take_snapshot(SMALL).days, source=COGAT, as_of=DAYS[-1] + pd.Timedelta(days=3), vintages=("2024-01-20",))
    assert name_lists(listed) == "Source: COGAT list published 2024-01-20, as of 2024-02-07"
    final = Snapshot(listed.days, source=COGAT, as_of=listed.as_of, vintage=FINAL, vintages=("2024-01-20", "2024-05-01"))
    assert name_lists(final) == "Source: COGAT list published 2024-05-01"
    own = take_snapshot(SMALL.mask(SMALL.index > DAYS[-3]))
    assert name_lists(own, own, more="More.") == f"Source: counted to {DAYS[-3]:%Y-%m-%d}. More."


def ask(counter: Source, **fields) -> tuple:
    """Ask a question of a source, with its paths and its answer."""
    snapshot = take_snapshot(SMALL, source=counter)
    question = Question(opens=snapshot.as_of, closes=snapshot.as_of + pd.Timedelta(days=20), threshold=6, **fields)
    ensemble = simulate_ensemble(snapshot, until=question.window[-1], n_paths=200)
    return question, ensemble, answer(question, counts=snapshot, n_paths=200)


def test_two_sources_of_one_place_are_drawn_apart_and_a_missing_pair_is_left_out():
    _, _, one = ask(Source("a"), source="a")
    _, _, two = ask(Source("b"), source="b", definition="mean7")
    curves = plot_first_passage([one, two])
    first, second = (curves.axes[0].lines[number].get_color() for number in (0, 2))
    assert first != second and "on a's count" in title(curves)
    both = plot_probabilities([one, two])
    assert [ax.get_title(loc="left") for ax in both.axes] == ["a's count", "b's count"]
    assert "by definition and by count" in title(both)
    check_layout(both)


def test_the_range_of_answers_is_claimed_only_where_there_is_one():
    question, _, found = ask(Source(""))
    never = [answer(question.vary(threshold=500, definition=name), counts=SMALL, n_paths=200) for name in ("day", "mean7")]
    assert title(plot_probabilities(never)) == "The answer is under 1 % by every definition"
    assert title(plot_probabilities([found])).startswith("Reach 6 a day on any one day: ")


EFFECT = pd.DataFrame({"log_ratio": np.log([1.5, 2, 2.5]), "delay": 0, "ramp": 3})
HAZARDS = np.r_[0, np.geomspace(1 / 1000, 1 / 3, 12)]


def test_hazards_and_what_ifs_of_ones_own_count():
    question, ensemble, _ = ask(LONG, source="royal")
    curve = sweep_hazard(ensemble, question, Scenario("a rise", 0.1, EFFECT), hazards=HAZARDS)
    rate = InterventionRate("rise", 2, 400)
    for sources in (None, {"royal": LONG}):
        fig = plot_hazard({"royal": curve}, rate, question, intervention="a rise", as_of=ensemble.as_of, sources=sources)
        check_layout(fig)
        assert f"{(sources or {}).get('royal', question.counter).title[:20]}" in title(fig)
    grid = compute_grid(ensemble, question).tabulate(probabilities=[0, 0.5, 1], ratios=[0.5, 2])
    fig = plot_what_if({"one": grid, "two": grid}, question.vary(below=True), days_to_full=1, as_of=ensemble.as_of)
    check_layout(fig)
    assert "fall below 6 a day" in texts(fig) and "reached 1 day after" in texts(fig)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (np.linspace(0.2, 0.8, 13), "here it becomes more likely than not; x: 1 in "),
        (np.linspace(0.2, 0.4, 13), "Nowhere here does it become more likely than not"),
        (np.linspace(0.8, 0.2, 13), ""),
        (np.linspace(0.6, 0.9, 13), ""),
    ],
)
def test_the_break_even_is_claimed_only_where_a_curve_comes_to_it(values, sentence):
    question, ensemble, _ = ask(Source(""))
    curve = pd.Series(values, HAZARDS)
    fig = plot_hazard({"x": curve}, InterventionRate("rise", 0, 100), question, intervention="a rise", as_of=ensemble.as_of)
    assert (sentence or "more likely than not") in texts(fig) if sentence else "more likely than not" not in texts(fig)


def test_effects_of_any_number_of_sources():
    counts = pd.Series(np.where(np.arange(98) < 56, 100.0, 50.0) + np.arange(98) % 5, DAYS[:98])
    kinds = [("ward a", 1), ("ward b", 1.1), ("ward c", 2)]
    effects = [measure_effect(counts * size, DAYS[56], name="a rule", source=name) for name, size in kinds]
    effects.append(Effect("another rule", "ward a", DAYS[70], note="no day is counted after it"))
    none = pd.DataFrame({"estimate": []})
    sure = sum(effect.excludes_one for effect in effects)
    for placebos in (none, pd.DataFrame({"estimate": [0.9, 1.0, 1.2]})):
        fig = plot_effects(effects, placebos, foot="foot", sources={"ward a": LONG})
        check_layout(fig)
        assert title(fig) == f"{sure} of 4 measurements exclude no change (× 1)"
        assert ("placebo" in texts(fig)) == bool(len(placebos))
    paths = plot_effect_paths(effects, foot="foot")
    assert title(paths).startswith("Half the effects are known to a factor of") and len(paths.axes) == 6
    assert title(plot_effect_paths(effects[-1:], foot="foot")) == "None of 1 effects could be measured"
    for plot in (plot_effects, plot_effect_paths):
        with pytest.raises(InputError, match="no effect to draw"):
            plot([], none, foot="") if plot is plot_effects else plot([], foot="")


def summary(horizons=(7, 30), skill=0.2) -> pd.DataFrame:
    rows = itertools.product(("ward a", "ward b"), (FINAL, REAL_TIME), horizons, ("pool", "plain"))
    table = pd.DataFrame(rows, columns=["series", "vintage", "horizon", "model"])
    return table.assign(skill=skill, skill_low=skill - 0.1, skill_high=skill + 0.1, effective=[9] * (len(table) - 1) + [1])


def test_skill_is_labelled_by_series_or_by_source_and_nothing_is_hidden():
    names, settings = {"pool": "pool", "plain": "plain model"}, dict(reference="climatology", foot="foot")
    plain = plot_skill(summary(), names=names, **settings)
    check_layout(plain)
    assert title(plain) == "Skill of the pool at 7 days: 0.20; at 30, 9 windows at most"
    assert "ward b, real-time" in texts(plain)
    named = plot_skill(summary(), names=names, sources={"ward a": LONG, "ward b": UNRWA}, **settings)
    assert "UNRWA, final" in texts(named) and "ward" not in texts(named)
    check_layout(named)
    low = plot_skill(summary(horizons=(7,), skill=-3.0), names=names, **settings)
    arrows = [line for line in low.axes[0].lines if line.get_marker() == "<"]
    assert sum(len(line.get_xdata()) for line in arrows) == 8 and title(low) == "Skill of the pool at 7 days: -3.00"
    unknown = plot_skill(summary(skill=np.nan), names=names, **settings)
    assert "not known" in title(unknown)


def test_reliability_claims_a_band_only_where_there_is_one():
    forecasts = RNG.uniform(size=60)
    p, y = (pd.DataFrame({"5": values}) for values in (forecasts, (RNG.uniform(size=60) < forecasts).astype(float)))
    at = np.linspace(0, 1, 11)
    curve = dict(corp=fit_corp(p, y), at=at, band=None, forecasts=forecasts, effective=1)
    none = plot_reliability({("ward a", 7): curve}, foot="foot")
    assert title(none).startswith("Too few windows") and "ward a, 7 days: 1 window" in texts(none)
    wide = curve | dict(band=np.array([at - 0.2, np.where(at > 0.45, at + 0.2, at - 0.1)]), effective=20)
    half = plot_reliability({("ward a", 7): wide, ("ward b", 30): curve}, foot="foot", sources={"ward a": COGAT})
    assert title(half) == "The bands hold the diagonal over 55 % of their length" and "COGAT, 7 days" in texts(half)
    check_layout(half)


def test_the_other_figures_of_scores_claim_what_they_hold():
    curves = {"joint": pd.Series([0.1, 0.3], [1, 2]), "shuffled": pd.Series([0.2, 0.6], [1, 2])}
    pit, inside = {7: RNG.uniform(size=50), 30: np.array([0.95])}, {7: 0.9, 30: 0.0}
    figures = [
        plot_shuffled(curves, event="it falls", foot="foot"),
        plot_pit(pit, inside=inside, foot="foot"),
    ]
    assert title(figures[0]) == "Same days, shuffled among the paths: 30 % becomes 60 %"
    assert title(figures[1]) == "Of the highest days 90 %, under 1 % lie inside the central 90 %"
    for figure in figures:
        check_layout(figure)


def test_archived_scores_and_their_place():
    rows = [("pool", 0.2, REAL_TIME), ("pool-hindsight", 0.6, FINAL), ("plain", 0.9, REAL_TIME)]
    scored = pd.DataFrame(
        [dict(model=name, label=f"{name}: more", vintage=vintage, question="q", source="royal", outcome="YES",
              probability=p, brier=(1 - p) ** 2) for name, p, vintage in rows]
    )  # fmt: skip
    fig = plot_scores(scored, titles={("q", "royal"): "a question: yes"}, foot="foot", sources={"royal": LONG})
    assert title(fig) == "The pool gave 20 % to what came: 0.64; best there: plain, 0.01"
    check_layout(fig)
    no = scored.assign(outcome="NO")
    assert "to what did not come" in title(plot_scores(no, titles={("q", "royal"): "a"}, foot="foot", model="plain"))
    with pytest.raises(InputError, match="model 'mine' is not among the scores; choose one of pool"):
        plot_scores(scored, titles={("q", "royal"): "a"}, foot="foot", model="mine")
    past = pd.DataFrame({"brier": [0.1, 0.2, 0.7], "outcome": [0, 1, 1]})
    place = dict(source="royal", brier=0.64, horizon=7, cases=3, effective=2, worse=1 / 3)
    fig = plot_place({"a question with a rather long title, over many words": past},
                     {"a question with a rather long title, over many words": pd.Series(place)}, foot="foot")  # fmt: skip
    assert title(fig) == "0.64 at 7 days: 1 of 3 past windows scored worse"
    check_layout(fig)


def test_the_outcome_has_its_x_and_its_step():
    days = pd.date_range("2024-01-01", periods=40)
    question = Question(threshold=5, opens=days[0], closes="2024-02-10")
    curves = {
        "pool": pd.Series(np.linspace(0, 0.4, 40), days),
        "pool, a rise may come": pd.Series(np.linspace(0, 0.41, 40), days),
    }
    came = plot_against_outcome(curves, question, came=days[30], label="7 on one day", foot="foot")
    assert title(came) == "It came on 31 January 2024; of the 40 % of the pool, 30 points lay on earlier days"
    x = next(line for line in came.axes[0].lines if line.get_marker() == "X")
    assert (pd.Timestamp(x.get_xdata()[0]), x.get_ydata()[0]) == (days[30], 1.0)
    never = plot_against_outcome(curves, question, came=None, label="not once", foot="foot")
    assert title(never) == "It did not come; the pool had given it 40 %"
    assert next(line for line in never.axes[0].lines if line.get_marker() == "X").get_ydata()[0] == 0.0
    for fig in (came, never):
        check_layout(fig)


@pytest.mark.parametrize(("n", "step"), [(3, 1), (10, 2), (60, 7)])
def test_days_under_a_short_axis_are_written_once_each_with_their_month(n, step):
    fig = plot_record([take_snapshot(SMALL[:n])], threshold=3)
    fig.draw_without_rendering()
    shown = [text.get_text().split("\n")[0] for text in fig.axes[0].get_xticklabels()]
    assert len(shown) == len(set(shown)) and all(day.split()[1] in ("Dec", "Jan", "Feb", "Mar") for day in shown), shown
    assert len(shown) <= n / step + 3


def test_a_part_looks_the_same_in_each_panel_by_whatever_name():
    month = pd.date_range("2024-01-01", periods=1, freq="MS")
    tables = {"one": pd.DataFrame({"a": [1.0], "b": [3.0]}, month), "two": pd.DataFrame({"B": [2.0], "A": [1.0]}, month)}
    shares = plot_shares(tables, claim="c", qualifier="q", foot="f", places={"a": 0, "A": 0, "b": 1, "B": 1})
    looks = [
        {bar.get_label().lower(): (bar[0].get_facecolor(), bar[0].get_hatch()) for bar in ax.containers} for ax in shares.axes
    ]
    assert looks[0] == looks[1] and looks[0]["a"] != looks[0]["b"]
    weekly = plot_small_multiples(tables["one"], claim="c", qualifier="q", foot="f", source=UNRWA)
    fills = [fill.get_facecolor()[0][:3] for ax in weekly.axes for fill in ax.collections]
    assert {tuple(colour) for colour in fills} == {to_rgb(choose_style(UNRWA).colour)}


def test_parts_of_a_count_say_their_unit():
    table = pd.DataFrame({"ward a": [1.0, 2000.0], "ward b": [3.0, 4.0]}, pd.date_range("2024-01-01", periods=2, freq="MS"))
    fig = plot_small_multiples(table, claim="c", qualifier="q", foot="f", unit="patients", per="month")
    assert "ward a: 2,001 patients" in texts(fig) and "patients/month" in texts(fig)
    check_layout(fig)
    shares = plot_shares({"one": table, "two": table * 0}, claim="c", qualifier="q", foot="f", unit="patients")
    assert "share of patients" in texts(shares) and "99%" not in texts(shares) and "100%" in texts(shares)
    check_layout(shares)


@pytest.mark.parametrize("empty", ["alt", "caption"])
def test_a_figure_reaches_a_page_only_with_words(empty, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.publish_display_data", lambda data, metadata: shown.append((data, metadata)))
    fig = plot_day_states([take_snapshot(SMALL[:20])])
    show(fig, alt="tiles <20>", caption="a caption")
    [(data, metadata)] = shown
    assert 'alt="tiles &lt;20&gt;"' in data["text/html"] and "<figcaption>a caption" in data["text/html"]
    assert data["image/png"] in data["text/html"] and metadata["image/png"]["alt"] == "tiles <20>"
    assert "a caption" in data["text/plain"] and "tiles <20>" in data["text/plain"]
    assert 'aria-label="tiles &lt;20&gt;"' in data[PAGE_TYPE] and "<figcaption>a caption" in data[PAGE_TYPE]
    with pytest.raises(InputError, match=f"{empty} of a figure is empty"):
        show(fig, **dict(alt="words", caption="words") | {empty: "  "})


def test_every_plot_can_be_drawn_for_a_narrow_screen():
    engine = ("record", "forecast", "scenarios", "verification", "outcomes")
    for module in map(importlib.import_module, (*(f"utils.figures.{name}" for name in engine), "utils.aid.figures")):
        plots = [plot for name, plot in vars(module).items() if name.startswith("plot_") and plot.__module__ == module.__name__]
        assert plots and all(hasattr(plot, "__wrapped__") for plot in plots), module.__name__


def test_a_drawing_holds_both_forms_its_data_and_nothing_that_changes():
    pages = []
    for _ in range(2):
        snapshot = take_snapshot(SMALL[:40].mask(SMALL[:40].index == DAYS[3]), source=LONG)
        pages.append(write_figure(plot_record([snapshot], threshold=3), alt="alt", caption="caption"))
    assert pages[0] == pages[1]
    soup = BeautifulSoup(pages[0], "html.parser")
    wide, narrow = soup.find_all("svg")
    assert [drawing["class"] for drawing in (wide, narrow)] == [["drawing", "wide"], ["drawing", "narrow", "tall"]]
    assert int(wide["width"]) == 900 and int(narrow["width"]) == 360
    assert not {tag["id"] for tag in wide.find_all(id=True)} & {tag["id"] for tag in narrow.find_all(id=True)}
    for drawing in (wide, narrow):
        references = re.findall(r"url\(#([^)]+)\)", str(drawing)) + [use["href"][1:] for use in drawing.find_all("use")]
        assert references and set(references) == {tag["id"] for tag in drawing.find_all(id=True)}
        assert not re.search("#[0-9a-f]{6}", re.sub(r'id="[^"]*"|#d[0-9a-f]{8}-', "", str(drawing))), (
            "a colour that no theme reaches"
        )
    table = pd.read_csv(io.StringIO(soup.template.string), index_col="day")
    assert table["count"].isna().sum() == 1 and table["count"].sum() == snapshot.days["count"].sum()
    assert set(table["source"]) == {LONG.title}
    alone = make_sheet()[0]
    assert len(BeautifulSoup(write_figure(alone, alt="a", caption="c"), "html.parser").find_all("svg")) == 1


def test_colours_of_a_dark_page_keep_their_contrast():
    def shine(colour):
        return np.dot(
            [0.2126, 0.7152, 0.0722],
            [((part + 0.055) / 1.055) ** 2.4 if part > 0.04045 else part / 12.92 for part in to_rgb(colour)],
        )

    for colour in (*(style.colour for style in PALETTE), INK, GREY, TARGET):
        light = 1.05 / (shine(colour) + 0.05)
        dark = (shine(darken(colour)) + 0.05) / (shine(darken("#ffffff")) + 0.05)
        assert light >= 4.5 and dark >= 4.5, (colour, light, dark)


def test_a_page_brings_the_letters_and_colours_of_its_drawings():
    fig, [[ax]] = make_sheet()
    ax.plot([0, 1], color="#123456")
    ax.set_title("Ωmega")
    page = write_figure(fig, alt="a", caption="c")
    style = write_drawing_styles(page)
    assert "--123456:#123456;" in style and f"--123456:{darken('#123456')};" in style
    fonts = [TTFont(io.BytesIO(base64.b64decode(font))) for font in re.findall(r"base64,([^)]*)\)", style)]
    assert len(fonts) == 2 and all(set(map(ord, "Ωmega0%–")) <= set(font.getBestCmap()) for font in fonts)
    assert write_drawing_styles("<p>none</p>") == ""
