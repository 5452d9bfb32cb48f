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
    short : str
        The same for the head of a column.
    count : {"cogat", "truce", "unrwa"}
        Whose count it tells of. Nobody's count settles a question for another's.
    kind : {"list", "quotes", "months", "estimate"}
    """

    label: str
    short: str
    count: str
    kind: str

    @property
    def source(self) -> str:
        """Whose questions it is held against; the count of the truce, taken at the border, against those of COGAT's count."""
        return "cogat" if self.count == "truce" else self.count


#: Counts in words, each settled by itself.
COUNTS: Mapping[str, str] = {
    "cogat": "COGAT's count",
    "truce": "the count of Israel and the truce's guarantors",
    "unrwa": "UNRWA's count",
}

BASES: Mapping[str, Basis] = {
    "cogat list": Basis("COGAT's list", "COGAT's list", "cogat", "list"),
    "cogat quotes": Basis("figures quoted from COGAT and the State Department", "COGAT, quoted", "cogat", "quotes"),
    "cogat months": Basis("the same, with COGAT's months as compiled later", "COGAT, quoted, and months", "cogat", "months"),
    "cogat flow": Basis("estimate of the flow on COGAT's basis", "estimate, COGAT's basis", "cogat", "estimate"),
    "ceasefire count": Basis(
        "count of Israel and the truce's guarantors, relayed by OCHA", "the truce's count", "truce", "quotes"
    ),
    "unrwa list": Basis("UNRWA's list", "UNRWA's list", "unrwa", "list"),
    "un quotes": Basis("figures quoted from UNRWA and OCHA", "UNRWA and OCHA, quoted", "unrwa", "quotes"),
    "unrwa flow": Basis("estimate of the flow on UNRWA's basis", "estimate, UNRWA's basis", "unrwa", "estimate"),
}

#: The one rule of resolution: the first of these that is not UNRESOLVED settles a question on that count.
PRIMARY: Mapping[str, tuple[str, ...]] = {
    count: tuple(name for name, basis in BASES.items() if basis.count == count) for count in COUNTS
}

#: Probability from which on an estimate settles a question, by each reading of the flow, after what its few draws leave open.
SURE = 0.95

#: Readings of the flow around the ceasefire. "smooth": one flow through it, and the count of the truce is COGAT's. "broken": the
#: same, but the days before it are read without what was counted from it on. "apart": the count of the truce is not COGAT's, and
#: is not read at all.
READINGS = ("smooth", "broken", "apart")

#: Whose the count of the truce is, as `quotes.csv` writes it.
TRUCE = "Israel and guarantors"

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
        Ids of the quotes and months, or the table of the vintage, that decide.
    """

    outcome: str
    why: str
    day: pd.Timestamp | None = None
    evidence: tuple[str, ...] = ()
