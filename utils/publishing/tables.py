"""Tables whose numbers come from code."""

from __future__ import annotations

import html
import importlib.metadata
import platform
import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import InputError
from ..common.formatting import format_some
from .prose import say

#: What a result may depend on; shown at the end of every notebook.
PACKAGES = ("pandas", "numpy", "scipy", "statsmodels", "matplotlib", "jupyterlab")


def show_table(
    table: pd.DataFrame,
    *,
    caption: str,
    formats: Mapping[str, str | Callable[[Any], str]] | None = None,
    links: Mapping[str, str] | None = None,
    index: bool = False,
    folded: bool = False,
) -> None:
    """Publish a table with its caption; numbers stand to the right, missing values as a dash, code's names as words.

    Parameters
    ----------
    table : pandas.DataFrame
    caption : str
        What the table shows.
    formats : dict of str to callable or str, optional
        Format of a column, such as ``"{:.1f}".format`` or ``"{:,.0f}"``.
    links : dict of str to str, optional
        Of a column, the column that holds the address its cells lead to; that one is not shown. An empty address leads nowhere.
    index : bool
        Whether the row labels are shown.
    folded : bool
        Whether only the caption's first sentence is seen until the reader opens the table: for long lists that back a finding.

    Examples
    --------
    >>> table = pd.DataFrame({"ward": ["north", "south"], "beds": [7, 9]})
    >>> show_table(table, caption="Beds by ward.")
    Beds by ward.
     ward  beds
    north     7
    south     9
    """
    from IPython.display import publish_display_data

    if not caption.strip():
        raise InputError("caption of a table is empty; say what it shows")
    table = table.reset_index() if index else table
    formats, links = formats or {}, links or {}
    for name, named in {"formats": set(formats), "links": {*links, *links.values()}}.items():
        if unknown := named - set(table.columns):
            raise InputError(f"{name} name {sorted(unknown)}, which are no columns; the columns are {list(table.columns)}")
    addresses = {column: table[url].fillna("").tolist() for column, url in links.items()}
    table = table.drop(columns=list(links.values()))

    def write(column: Hashable, value: Any) -> str:
        if isinstance(value, dict | list | tuple | set):
            raise InputError(f"a cell of a table holds {value!r}, which is no text; write it in words")
        if pd.isna(value):
            return "–"
        how = formats.get(str(column))
        if how is not None:
            return how.format(value) if isinstance(how, str) else how(value)
        return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else _write_words(value)

    def cell(column: Hashable, value: Any, row: int) -> str:
        shown = html.escape(write(column, value))
        address = addresses[column][row] if column in addresses else ""
        # Nothing but a page of the web is a link: an address comes from data.
        return f'<a href="{html.escape(address)}">{shown}</a>' if address.startswith(("https://", "http://")) else shown

    numeric = {column: pd.api.types.is_numeric_dtype(table[column]) for column in table}
    head = "".join(f'<th scope="col"{" class=number" if numeric[c] else ""}>{html.escape(_write_words(c))}</th>' for c in table)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=number' if numeric[c] else ''}>{cell(c, v, number)}</td>" for c, v in zip(table, row, strict=True)
        )
        + "</tr>"
        for number, row in enumerate(table.itertuples(index=False, name=None))
    )
    first, _, rest = html.escape(caption).partition(". ")
    told = f'<span class="first">{first}{". " if rest else ""}</span>{rest}' if folded else html.escape(caption)
    page = f"<div><table><caption>{told}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    if folded:
        first = first.rstrip(".")
        page = f'<details class="folded"><summary>{first} ({format_some(len(table), "row")})</summary>{page}</details>'
    publish_display_data({"text/html": page, "text/plain": f"{caption}\n{table.to_string(index=False)}"})


def _write_words(value: object) -> str:
    """Write what code names so that it can be read: a name as words, true and false as yes and no.

    >>> _write_words("not_yet_reported"), _write_words("WFP_2024.csv"), _write_words(True)
    ('not yet reported', 'WFP_2024.csv', 'yes')
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    text = str(value)
    return text.replace("_", " ") if re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", text) else text


def show_provenance(vintages: pd.DataFrame) -> None:
    """Publish what a notebook ran with: versions of the libraries, and the vintages that its numbers rest on.

    Parameters
    ----------
    vintages : pandas.DataFrame
        A row a vintage: title (who counts), published, first and last day covered, rows of the original, and sha256 of its table.

    Examples
    --------
    >>> row = dict(title="The ward", published="2024-02-10", first="2024-01-01", last="2024-01-31", rows=31, sha256="9f86d081")
    >>> show_provenance(pd.DataFrame([row]))  # doctest: +ELLIPSIS
    Made with Python ...
    The vintages in the data package: ...
      source  published      first       last  rows     hash
    The ward 2024-02-10 2024-01-01 2024-01-31    31 9f86d081
    """
    versions = ", ".join(
        [f"Python {platform.python_version()}", *[f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]]
    )
    say(f"Made with {versions}.")
    show_table(
        vintages.assign(sha256=vintages["sha256"].str[:12])[["title", "published", "first", "last", "rows", "sha256"]].rename(
            columns={"title": "source", "sha256": "hash"}
        ),
        caption="The vintages in the data package: who counts, when it was public, days covered, rows of the original, and the "
        "start of the daily table's hash.",
        formats={"rows": "{:,}"},
        folded=True,
    )
