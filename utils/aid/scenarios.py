"""The scenarios of the case: how often past shifts came, what they did, and what was announced."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..common.checks import check_choice, check_day
from ..common.errors import InputError
from ..counts.snapshot import REAL_TIME
from ..scenarios.hazards import InterventionRate, Scenario
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
        The day of the knowledge: events dated on it or later are not counted.
    data : pathlib.Path
        Folder of the data package.
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

#: Measured interventions that a scenario's effect is drawn from, all equally likely.
EFFECTS_OF = {
    "a pause": ("Humanitarian pause",),
    "Kissufim opens": ("Kerem Shalom screens", "Kerem Shalom, direct entry"),
    "a closing": ("Rafah ends, move north", "Commercial channel stops"),
}


def list_scenarios(source: str, *, as_of: object, vintage: str = REAL_TIME) -> dict[str, Scenario]:
    """List the scenarios that the project considers, by name, as of a day.

    A pause in the fighting and the closing of a crossing, road or channel come as often as they came before, and do what was
    measured of their kind, drawn towards no change by how far all measured shifts lie from it (`shrink_effect`). Kissufim, once
    announced and until it is open, comes on one of the next 14 days with a probability of nine in ten, our reading of "in the
    coming days", and does what each step of the opening of Kerem Shalom did, both equally likely. A closing excludes a
    pause. A scenario whose effect had not been measured by then, on days that the source had counted, is left out.

    Parameters
    ----------
    source : {"cogat", "unrwa"}
        On whose count the effects were measured.
    as_of : day
    vintage : {"real-time", "final"}
        "final": effects are measured on the last vintages, cut at the origin; the hazards stay those of the day.
    """
    from ..scenarios.shrinkage import estimate_spread, shrink_effect  # statsmodels, which a plain answer does not need

    as_of = check_day(as_of, name="as_of")
    mine = [effect for effect in measure_interventions(as_of=as_of, vintage=vintage) if effect.source == source]
    # Drawn days run smoothly through whatever broke there: what is measured on them is no effect to foretell with.
    measured = [effect for effect in mine if effect.measured and effect.basis == "list"]
    if not measured:
        return {}
    spread = estimate_spread(measured)
    drawn = {effect.name: shrink_effect(effect.draws, spread) for effect in measured}
    effects = {
        name: pd.concat([drawn[shift] for shift in shifts if shift in drawn], ignore_index=True)
        for name, shifts in EFFECTS_OF.items()
        if set(shifts) & set(drawn)
    }
    hazards: dict[str, InterventionRate | pd.Series] = {
        "a pause": count_interventions("pause", as_of=as_of),
        "a closing": count_interventions("closing", as_of=as_of),
    }
    opened = load_events(as_of=as_of)["event"].str.contains("Kissufim opens").any()
    if pd.Timestamp(load_facts()["kissufim"]["date"]) < as_of and not opened:
        days = pd.date_range(as_of, periods=ANNOUNCED_DAYS)
        hazards["Kissufim opens"] = pd.Series(ANNOUNCED_PROBABILITY / ANNOUNCED_DAYS, days)
    return {
        name: Scenario(
            name, hazards[name], effects[name], excludes=("a pause",) if name == "a closing" and "a pause" in effects else ()
        )
        for name in EFFECTS_OF
        if name in effects and name in hazards
    }
