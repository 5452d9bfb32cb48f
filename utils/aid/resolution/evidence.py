"""The bodies of evidence, the order in which they settle a question, and what one of them finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Basis:
    """One body of evidence.

    Attributes
    ----------
    label : str
    source : {"cogat", "unrwa"}
        Whose questions it can settle.
    kind : {"list", "quotes", "estimate"}
    """

    label: str
    source: str
    kind: str


BASES: Mapping[str, Basis] = {
    "cogat list": Basis("COGAT's list", "cogat", "list"),
    "cogat quotes": Basis("figures quoted from COGAT and the State Department", "cogat", "quotes"),
    "ceasefire count": Basis("count of Israel and the truce's guarantors, relayed by OCHA", "cogat", "quotes"),
    "cogat flow": Basis("estimate of the flow on COGAT's basis", "cogat", "estimate"),
    "unrwa list": Basis("UNRWA's list", "unrwa", "list"),
    "un quotes": Basis("figures quoted from UNRWA and OCHA", "unrwa", "quotes"),
    "unrwa flow": Basis("estimate of the flow on UNRWA's basis", "unrwa", "estimate"),
}

#: The one rule of resolution: the first of these that is not UNRESOLVED settles a question of the source.
PRIMARY: Mapping[str, tuple[str, ...]] = {
    source: tuple(name for name, basis in BASES.items() if basis.source == source) for source in ("cogat", "unrwa")
}

#: Probability from which on an estimate settles a question, smooth and broken alike, after what its few draws leave open.
SURE = 0.95

#: The ceasefire came into force (`data/events.csv`): the day on which the flow may have broken.
CEASEFIRE = pd.Timestamp("2025-01-19")


@dataclass(frozen=True)
class Verdict:
    """How a question comes out by one body of evidence.

    Attributes
    ----------
    outcome : {"YES", "NO", "UNRESOLVED"}
    why : str
    day : pandas.Timestamp or None
        First day by which the definition is surely met.
    evidence : tuple of str
        Ids of the quotes, or the table of the vintage, that decide.
    """

    outcome: str
    why: str
    day: pd.Timestamp | None = None
    evidence: tuple[str, ...] = ()
