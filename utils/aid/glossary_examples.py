"""An example from this data for each term of the glossary, as known on the day of the questions unless it says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..common.formatting import day_in_words, format_some, list_in_words, percent
from ..counts.snapshot import FINAL, REAL_TIME, Snapshot
from ..forecasts.ensemble import Ensemble
from ..forecasts.result import Answer
from ..models.pool import MEMBERS
from ..models.smoothing import ALPHAS
from ..questions.base_rate import count_effective
from ..questions.passage import DEFINITIONS, parse_definition
from ..verification.summaries import summarise_scores
from . import interventions
from .daily import load_daily, load_days
from .glossary import TERMS
from .loaders import SCOPES, list_vintages, load_lines, load_quotes, select_lines
from .nowcast.nowcast import Nowcast
from .nowcast.reconcile import reconcile_once
from .nowcast.state_space import STATES
from .pages import Case, open_case
from .questions import ASKED, TRANSITION
from .resolution.evidence import BASES
from .resolution.on_record import describe_outcome
from .revisions import tabulate_vintages
from .scenarios import count_interventions, list_scenarios
from .scores import load_scores
from .sources import BY_NAME

#: What terms are about.
TOPICS = ("data", "question", "forecast", "scores", "scenarios")


@dataclass(frozen=True)
class Material:
    """What the examples are made of, each computed when the first example needs it.

    Attributes
    ----------
    n_paths, seed : int
        See `utils.simulate_paths`.
    """

    n_paths: int = 10_000
    seed: int = 0

    @cached_property
    def case(self) -> Case:
        """The second question, as of the day on which it was asked."""
        return open_case(TRANSITION, as_of=ASKED, n_paths=self.n_paths, seed=self.seed)

    @cached_property
    def plain(self) -> Answer:
        """Its answer on COGAT's count, if nothing shifts."""
        return self.case.ask("cogat")

    @cached_property
    def ensemble(self) -> Ensemble:
        """The paths behind that answer."""
        return self.case.simulate("cogat")

    @property
    def cogat(self) -> Snapshot:
        """COGAT's count as known on the day."""
        return self.ensemble.snapshot

    @cached_property
    def flow(self) -> Nowcast:
        """Both lists and the quotes as one flow."""
        return reconcile_once(pd.Timestamp(ASKED), REAL_TIME)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of one day at the shortest horizon, on COGAT's last list cut at the origin."""
        scores = load_scores()
        near = scores["horizon"].eq(scores["horizon"].min()) & scores["series"].eq("cogat all") & scores["vintage"].eq(FINAL)
        return scores[near & scores["definition"].isin(["day", ""])].astype({"score": str, "model": str})

    @cached_property
    def horizons(self) -> list[int]:
        """Days ahead at which the backtests are scored."""
        return sorted(load_scores()["horizon"].unique())

    @property
    def horizon(self) -> int:
        """The shortest of them."""
        return self.horizons[0]

    def list_far_origins(self) -> pd.DatetimeIndex:
        """List the origins of the longest horizon on the same list."""
        scores = load_scores()
        far = scores["horizon"].eq(self.horizons[-1]) & scores["series"].eq("cogat all") & scores["vintage"].eq(FINAL)
        return pd.DatetimeIndex(scores[far]["origin"].unique())

    @cached_property
    def means(self) -> pd.Series:
        """Their means, by score and model."""
        return self.scores.groupby(["score", "model"])["value"].mean()

    @cached_property
    def brier(self) -> pd.DataFrame:
        """Brier scores with skill and cases, by model."""
        return summarise_scores(self.scores, score="brier", seed=self.seed).set_index("model")


def list_examples(material: Material | None = None, *, topics: Sequence[str] = TOPICS) -> dict[str, str]:
    """Give terms of `utils.aid.glossary` their examples: a sentence, by name of the term.

    Parameters
    ----------
    material : Material, optional
    topics : sequence of {"data", "question", "forecast", "scores", "scenarios"}
        What the terms are about; by default every term has its example.

    Examples
    --------
    >>> list_examples(topics=["scores"])["separate windows"]
    "At 74 days COGAT's count was forecast from 16 origins, but only 2 of the windows share no day."
    """
    from_the, found = material or Material(), dict[str, str]()
    tellers = dict(zip(TOPICS, (_tell_data, _tell_question, _tell_forecast, _tell_scores, _tell_scenarios), strict=True))
    for topic in topics:
        found |= tellers[topic](from_the)
    return {term.name: found[term.name] for term in TERMS if term.name in found or topics == TOPICS}


def _tell_data(at: Material) -> dict[str, str]:
    """Give the examples of counts, files and days."""
    known = list_vintages(as_of=ASKED).groupby("source").last()
    every = list_vintages("unrwa")
    unrwa = load_days("unrwa")
    absent = unrwa[unrwa["count"].isna()]
    trucks = {scope: select_lines(load_lines("unrwa"), scope=scope)["trucks"].sum() for scope in SCOPES}
    june = tabulate_vintages("unrwa").loc["2024-06-01"].dropna()
    quotes = load_quotes(as_of=ASKED)
    newest = quotes.loc[quotes["date_start"].idxmax()]
    level, week = at.flow.state.loc["level"], at.flow.state.loc["week"]
    age = {BY_NAME[name].title: (pd.Timestamp(ASKED) - last).days for name, last in known["last"].items()}
    cogat, both = load_daily("cogat"), load_daily("unrwa")
    return {
        "as of": f"As of {day_in_words(ASKED)} the newest day on a list was {age['COGAT']} days old on COGAT's, {age['UNRWA']} on UNRWA's.",
        "COGAT": f"Its list has {cogat.count()} counted days; the highest holds {cogat.max():.0f} trucks, on {day_in_words(cogat.idxmax())}.",
        "UNRWA": f"Its last list has {both.count()} counted days; the highest holds {both.max():.0f} trucks, on "
        f"{day_in_words(both.idxmax())}.",
        "day state": "UNRWA's last list: "
        + list_in_words([f"{n} {state.replace('_', ' ')}" for state, n in unrwa["state"].value_counts().items()])
        + ".",
        "missing day": f"UNRWA's last list has no count on {len(absent)} of {len(unrwa)} days.",
        "scope": f"UNRWA's last list holds {trucks['all']:,} trucks by land, of which {trucks['humanitarian']:,} are humanitarian.",
        "revision": f"June 2024 had {june.iloc[0]:.0f} trucks a day in the UNRWA file of {day_in_words(june.index[0])}, and "
        f"{june.iloc[-1]:.0f} in that of {day_in_words(june.index[-1])}.",
        "vintage": f"UNRWA's list is held in {format_some(len(every), 'vintage')}, published from {day_in_words(every['published'].min())} to "
        f"{day_in_words(every['published'].max())}.",
        "quote": f"{newest['trucks']:.0f} trucks for {day_in_words(newest['date_start'])}, by {newest['basis']}, published on "
        f"{day_in_words(newest['published'])}; {len(quotes)} figures had been published by then.",
        "nowcast": f"In the week to {day_in_words(at.flow.origin)}, on COGAT's basis: {week['mean']:.0f} trucks a day, {week['low']:.0f} to "
        f"{week['high']:.0f} with 90 % probability.",
        "level": f"On {day_in_words(at.flow.origin)}, on COGAT's basis: {level['mean']:.0f} trucks a usual day, {level['low']:.0f} to {level['high']:.0f} with "
        "90 % probability.",
        "Kalman filter": f"It reads {len(at.flow.daily.days)} days of both lists, with gaps; the quotes are put to what it gives.",
        "hindsight": f"On the last list June 2024 looks {percent(june.iloc[-1] / june.iloc[0] - 1)} busier than on the first.",
    }


def _tell_question(at: Material) -> dict[str, str]:
    """Give the examples of what is asked, and how it comes out."""
    question, base, means = at.plain.question, at.plain.base_rate, at.means
    came, reached = describe_outcome(TRANSITION), int(load_daily("cogat").ge(question.threshold).sum())
    events = at.scores[at.scores["score"].eq("outcome") & at.scores["model"].eq("climatology")]["value"]
    return {
        "window": f"For the second question {day_in_words(question.window[0])} to {day_in_words(question.window[-1])}: "
        f"{format_some(len(question.window), 'day')}.",
        "threshold": f"{question.threshold:g} trucks a day in both questions; COGAT's list met it on {format_some(reached, 'day')}.",
        "definition": f"{question.threshold:g} {list_in_words([parse_definition(one).words for one in DEFINITIONS], last='or')}.",
        "resolution": f"The second question: {came.finding}, {came.whose}.",
        "basis": "For COGAT's count these are tried in turn: "
        + "; ".join(basis.short for basis in BASES.values() if basis.count == "cogat")
        + ".",
        "base rate": f"{base.met} of {base.windows} windows of {len(question.window)} days met it on COGAT's list: {percent(base.probability)} by Jeffreys' rule.",
        "Jeffreys' prior": f"{base.met} of {base.windows} windows become {base.met} and a half of {base.windows + 1}: {percent(base.probability)}.",
        "always no": f"Its Brier score is {means['brier', 'always_no']:.2f} at {at.horizon} days on COGAT's count, the part of events that came: "
        f"{events.sum():.0f} of {len(events)}.",
        "climatology": f"{percent(at.plain.baselines['climatology'])} for the second question on COGAT's count.",
        "weekday bootstrap": f"{percent(at.plain.baselines['weekday_bootstrap'])} for the second question on COGAT's count.",
        "persistence": f"Its mean Brier score at {at.horizon} days on COGAT's count is {means['brier', 'persistence']:.3f}; the pool's is "
        f"{means['brier', 'default']:.3f}.",
        "baseline": f"Beside the answer of {percent(at.plain.probability)} stand the base rate, {percent(base.probability)}, and the weekday bootstrap, "
        f"{percent(at.plain.baselines['weekday_bootstrap'])}.",
    }


def _tell_forecast(at: Material) -> dict[str, str]:
    """Give the examples of models and of what is read off their paths."""
    answer, ensemble = at.plain, at.ensemble
    history = at.cogat.history.dropna()
    top = np.quantile(ensemble.paths.max(axis=1), [0.05, 0.5, 0.95])
    half = answer.curve.index[len(answer.curve) // 2]
    same_weekday = [history.idxmax() - pd.Timedelta(weeks=back) for back in range(1, 5)]
    expected = history.reindex(same_weekday).mean()
    return {
        "origin": f"{day_in_words(answer.origin)} for a forecast as of {day_in_words(ASKED)}.",
        "horizon": f"The backtests look {list_in_words([str(days) for days in at.horizons])} days ahead.",
        "ensemble": f"{len(ensemble.paths):,} paths of {ensemble.paths.shape[1]} days for the second question on COGAT's count.",
        "joint paths": f"The highest day of a path has {top[1]:.0f} trucks in the middle, and {top[0]:.0f} to {top[2]:.0f} on nine paths in ten.",
        "first passage": f"By {day_in_words(half)} {percent(answer.curve[half])} of the paths have reached {answer.question.threshold:g}, by the end "
        f"{percent(answer.probability)}.",
        "interval": f"{percent(answer.low)} to {percent(answer.high)} about the {percent(answer.probability)} of the second question.",
        "track record": f"The second question: {answer.explain_record()[0]}",
        "exponential smoothing": f"The gains tried are {list_in_words([f'{one:g}' for one in ALPHAS])}: with the last the level is the last count.",
        "innovation": f"COGAT's highest day, {day_in_words(history.idxmax())}, has {history.max():.0f} trucks: {history.max() - expected:.0f} beyond the mean of "
        "its weekday in the four weeks before.",
        "pool": f"It mixes {list_in_words(list(MEMBERS))}, in equal shares.",
        "quantile": f"Nine in ten of COGAT's counted days have {history.quantile(0.9):.0f} trucks or fewer.",
        "negative binomial": f"COGAT's days have a mean of {history.mean():.0f} and a variance of {history.var():,.0f}; for Poisson counts the two would be equal.",
        "SARIMAX": f"Its mean Brier score at {at.horizon} days on COGAT's count is {at.means['brier', 'sarimax']:.3f}, the pool's {at.means['brier', 'default']:.3f}.",
        "semi-Markov chain": f"The model of level shifts has a mean Brier score of {at.means['brier', 'regime_switching']:.3f} at {at.horizon} days on COGAT's count, the pool "
        f"{at.means['brier', 'default']:.3f}.",
        "state space": f"The state behind both lists holds {len(STATES)} numbers a day: {list_in_words([one.replace('_', ' ') for one in STATES])}.".replace(
            "unrwa", "UNRWA"
        ),
    }


def _tell_scores(at: Material) -> dict[str, str]:
    """Give the examples of scores, all for the shortest horizon on COGAT's count."""
    means, pool = at.means, at.brier.loc["default"]
    mine = at.scores[at.scores["model"].eq("default")]
    inside = mine[mine["score"].eq("inside90")]["value"]
    far = at.list_far_origins()
    pit = mine[mine["score"].eq("pit")]["value"]
    where = f"at {at.horizon} days on COGAT's count"

    def compare(score: str, form: str = ".3f") -> str:
        return f"The pool's mean is {means[score, 'default']:{form}} {where}, climatology's {means[score, 'climatology']:{form}}."

    return {
        "backtest": f"On COGAT's count the pool was asked on {mine['origin'].nunique()} earlier days, from {day_in_words(mine['origin'].min())} to "
        f"{day_in_words(mine['origin'].max())}.",
        "Brier score": compare("brier") + f" Whoever says {percent(0.5)} always gets {0.5**2:.2f}.",
        "log score": "In bits: " + compare("log"),
        "RPS": compare("rps"),
        "CRPS": "Of the highest day, in trucks: " + compare("crps_max", ".1f"),
        "energy score": compare("energy", ".0f"),
        "variogram score": compare("variogram", ",.0f"),
        "block bootstrap": f"The pool's skill {where} is {percent(pool['skill'])}; nine in ten means over blocks drawn again lie from "
        f"{percent(pool['skill_low'])} to {percent(pool['skill_high'])}.",
        "skill": f"The pool's Brier score saves {percent(pool['skill'])} of climatology's {where}; 90 % interval {percent(pool['skill_low'])} to "
        f"{percent(pool['skill_high'])}.",
        "calibration": f"The central 90 % of the paths held the highest day in {inside.sum():.0f} of {len(inside)} windows {where}.",
        "PIT": f"Were it even, {percent(0.1)} of the highest days would lie in the top tenth of the paths; {percent((pit > 0.9).mean())} do {where}.",
        "separate windows": f"At {at.horizons[-1]} days COGAT's count was forecast from {len(far)} origins, but only {count_effective(far, horizon=at.horizons[-1])} of the windows "
        "share no day.",
    }


def _tell_scenarios(at: Material) -> dict[str, str]:
    """Give the examples of what may come."""
    effects = interventions.measure_interventions(as_of=ASKED, seed=at.seed)
    effect = max((one for one in effects if one.source == "cogat"), key=lambda one: one.draws["log_ratio"].median())
    ratios = np.exp(effect.draws["log_ratio"].quantile([0.05, 0.5, 0.95]).to_numpy())
    placebos = interventions.load_placebos(as_of=ASKED)
    rate = count_interventions("pause", as_of=ASKED)
    scenarios = list_scenarios("cogat", as_of=ASKED)
    law = np.exp(scenarios["a pause"].effect["log_ratio"].quantile([0.05, 0.5, 0.95]).to_numpy())
    mixed = at.case.ask("cogat", shifts=True)
    return {
        "intervention": f"{effect.name}, {day_in_words(effect.date)}.",
        "shift": f"{effect.name}, on COGAT's count: the flow times {ratios[1]:.1f} ({ratios[0]:.1f} to {ratios[2]:.1f} with 90 % probability).",
        "placebo date": f"A shift is found on {placebos['excludes_one'].sum()} of {len(placebos)} such dates.",
        "hazard": f"{format_some(rate.count, 'pause')} in {rate.days} days gives {percent(rate.probability(at.case.ahead))} for one or more in the "
        f"{format_some(at.case.ahead, 'day')} of the second question.",
        "scenario": f"With {list_in_words(list(scenarios))} allowed, the answer to the second question on COGAT's count goes from "
        f"{percent(at.plain.probability)} to {percent(mixed.probability)}.",
        "predictive law": f"The next pause multiplies COGAT's flow by {law[1]:.1f} in the middle, and by {law[0]:.1f} to {law[2]:.1f} with 90 % probability.",
    }
