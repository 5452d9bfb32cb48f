"""What a page knew, in words: which lists, published when, to which day."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..common.checks import check_day
from ..common.formatting import day_in_words, list_in_words
from .loaders import list_vintages
from .paths import DATA
from .sources import BY_NAME


def describe_lists(*, as_of: object = None, data: Path = DATA) -> str:
    """Say which lists were known on a day: the newest vintage of each source, its day of publication and its last day.

    Parameters
    ----------
    as_of : day, optional
        The day of the knowledge; by default there is none, and the last lists are named as hindsight.
    data : pathlib.Path
        Folder of the data package.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> describe_lists(as_of="2024-09-20")
    "Known on 20 September 2024: UNRWA's list published on 11 September 2024 (to 9 September 2024)."
    """
    newest = list_vintages(as_of=as_of, data=data).groupby("source", sort=False).last()
    lists = [
        f"{BY_NAME[name].title}'s list published on {day_in_words(row['published'])} (to {day_in_words(row['last'])})"
        for name, row in newest.iterrows()
    ]
    if as_of is None:
        return f"In hindsight, from the last lists: {list_in_words(lists)}."
    day = pd.Timestamp(check_day(as_of, name="as_of"))
    return f"Known on {day_in_words(day)}: {list_in_words(lists)}."
