"""Who counts in this case, and how each is written and drawn."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ..counts.snapshot import Source

_SCOPES = (("all", "trucks by land"), ("humanitarian", "trucks by land without the private sector"))

COGAT = Source("cogat", "COGAT", "trucks", "trucks by land", "COGAT's, at the border", _SCOPES, place=0)
UNRWA = Source("unrwa", "UNRWA", "trucks", "trucks by land", "UNRWA's, at collection", _SCOPES, place=1)

#: Sources by name, in the order in which answers are shown.
BY_NAME: Mapping[str, Source] = {source.name: source for source in (COGAT, UNRWA)}

#: How each count is written in a table: a source alone, and one of its scopes.
WRITTEN: Mapping[str, str] = {source.name: source.title for source in BY_NAME.values()} | {
    f"{source.name} {scope}": f"{source.title}, {'all trucks' if scope == 'all' else scope}"
    for source in BY_NAME.values()
    for scope, _ in _SCOPES
}


def name_sources(table: pd.DataFrame) -> pd.DataFrame:
    """Write each count of a table as its publisher is written: in the names of the columns and in the cells.

    Examples
    --------
    >>> name_sources(pd.DataFrame({"series": ["cogat all", "unrwa humanitarian"], "unrwa": [1, 2]})).to_dict("list")
    {'series': ['COGAT, all trucks', 'UNRWA, humanitarian'], 'UNRWA': [1, 2]}
    """
    table = table.rename(columns=WRITTEN)
    texts = table.select_dtypes(exclude=["number", "bool", "datetime"]).columns
    return table.assign(**{name: table[name].astype(object).map(lambda cell: WRITTEN.get(str(cell), cell)) for name in texts})
