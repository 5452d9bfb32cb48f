"""The scenarios of the case: how often past shifts came, what they did, and what was announced."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ..common.checks import check_choice, check_day
from ..common.errors import InputError
from ..counts.snapshot import REAL_TIME
from ..scenarios.hazards import InterventionRate, Scenario
from ..scenarios.shrinkage import predict_effects
from .interventions import INTERVENTION_KINDS, measure_interventions
from .loaders import load_events
from .paths import DATA
from .questions import load_facts


def count_interventions(kind: str, *, as_of: object, data: Path = DATA) -> InterventionRate:
    """Count the interventions of a kind from the first event in the table to the origin.

    Parameters
    ----------
    kind : {"pause", "opening", "pledge", "closing"}
        See the column `intervention` of `utils.load_events`.
    as_of : day
        The day of the knowledge: events dated on it or later, or published after it, are not counted.
    data : pathlib.Path
        Folder of the data package.

    Examples
    --------
    >>> rate = count_interventions("pause", as_of="2024-11-08")
    >>> rate.count, rate.days
    (1, 398)
    """
    check_choice(kind, INTERVENTION_KINDS, name="kind")
    as_of = check_day(as_of, name="as_of")
    events = load_events(as_of=as_of, data=data)
    begin = events.loc[events["kind"] != "holiday", "date"].min()
    if pd.isna(begin):
        raise InputError(f"as_of {as_of:%Y-%m-%d} lies before the first event of the table; choose a later day")
    return InterventionRate(kind, int(events["intervention"].eq(kind).sum()), (as_of - begin).days)


#: Days within which an announced crossing is expected, all equally likely, and the probability that it opens within them: a
#: judgement.
ANNOUNCED_DAYS, ANNOUNCED_PROBABILITY = 14, 0.9

#: The event that ends the wait for it.
ANNOUNCED_OPENS = "2024-11-12-kissufim-opens"

#: The measured interventions of each kind, a tuple a case: two steps of one opening are one case, measured twice. The week in
#: which all crossings were shut is none: it was no lasting closing, and no scenario foretells its like.
CASES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "pause": (("Humanitarian pause",),),
    "opening": (("Kerem Shalom screens", "Kerem Shalom, direct entry"),),
    "pledge": (("Pledge of early April",),),
    "closing": (("Rafah ends, move north",), ("Commercial channel stops",)),
}

#: The kind whose effect each scenario has.
KIND_OF: Mapping[str, str] = {"a pause": "pause", "Kissufim opens": "opening", "a closing": "closing"}


def list_scenarios(
    source: str, *, as_of: object, vintage: str = REAL_TIME, series: pd.Series | None = None
) -> dict[str, Scenario]:
    """List the scenarios that the project considers, by name, as of a day.

    A pause in the fighting and the closing of a crossing, road or channel come as often as they came before, and do what the next
    of their kind would do by those measured (`utils.scenarios.shrinkage.predict_effects`). Kissufim, once announced and until it
    is open, comes on one of the next 14 days with a probability of nine in ten, our reading of "in the coming days", and does
    what the next opening would. A closing excludes a pause. A scenario of whose kind nothing had been measured by then, on days
    that the source had counted, is left out.

    Parameters
    ----------
    source : {"cogat", "unrwa"}
        On whose count the effects were measured.
    as_of : day
    vintage : {"real-time", "final"}
        "final": effects are measured on the last vintages, cut at the origin; the hazards stay those of the day.
    series : pandas.Series, optional
        Counts of the source, trucks/day, to measure effects on in place of its list; none may be of `as_of` or later.

    Examples
    --------
    >>> from utils.aid.daily import load_daily
    >>> counts = load_daily("unrwa", as_of="2024-11-08")[:"2024-01-31"]
    >>> [(name, scenario.hazard.count) for name, scenario in list_scenarios("unrwa", as_of="2024-02-01", series=counts).items()]
    [('a pause', 1)]
    """
    as_of = check_day(as_of, name="as_of")
    laws = _predict_interventions(source, as_of=as_of, vintage=vintage, series=series)
    hazards: dict[str, InterventionRate | pd.Series] = {
        "a pause": count_interventions("pause", as_of=as_of),
        "a closing": count_interventions("closing", as_of=as_of),
    }
    opened = load_events(as_of=as_of)["id"].eq(ANNOUNCED_OPENS).any()
    if pd.Timestamp(load_facts()["kissufim"]["published"]) <= as_of and not opened:
        days = pd.date_range(as_of, periods=ANNOUNCED_DAYS)
        hazards["Kissufim opens"] = pd.Series(ANNOUNCED_PROBABILITY / ANNOUNCED_DAYS, days)
    known = {name: laws[kind] for name, kind in KIND_OF.items() if kind in laws and name in hazards}
    return {
        name: Scenario(name, hazards[name], law, excludes=("a pause",) if name == "a closing" and "a pause" in known else ())
        for name, law in known.items()
    }


def _predict_interventions(
    source: str, *, as_of: object, vintage: str = REAL_TIME, series: pd.Series | None = None
) -> dict[str, pd.DataFrame]:
    """Draw what the next intervention of each kind would do to a source's count, from those measured by a day.

    Parameters
    ----------
    source, as_of, vintage, series
        As for `list_scenarios`.

    Returns
    -------
    dict of str to pandas.DataFrame
        By kind of which a case was measured, draws of the law of `utils.scenarios.shrinkage.predict_effects`.

    Examples
    --------
    >>> from utils.aid.daily import load_daily
    >>> counts = load_daily("unrwa", as_of="2024-11-08")[:"2024-01-31"]
    >>> laws = _predict_interventions("unrwa", as_of="2024-02-01", series=counts)
    >>> list(laws), list(laws["pause"])
    (['pause', 'opening'], ['delay', 'ramp', 'log_ratio'])
    """
    # Drawn days run smoothly through whatever broke there: what is measured on them is no effect to foretell with.
    measured = {
        effect.name: effect.draws
        for effect in measure_interventions(as_of=as_of, vintage=vintage, series=None if series is None else {source: series})
        if effect.source == source and effect.measured and effect.basis == "list"
    }
    cases = {
        kind: [pd.concat([measured[name] for name in case if name in measured]) for case in listed if set(case) & set(measured)]
        for kind, listed in CASES.items()
    }
    return predict_effects(cases) if any(cases.values()) else {}
