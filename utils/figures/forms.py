"""The forms in which a figure reaches a reader: wide or narrow, and the data that it was drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..common.errors import InputError
from ..counts.snapshot import Snapshot
from ..forecasts.ensemble import Ensemble
from ..forecasts.result import Answer
from ..scenarios.interruptions import Effect

P = ParamSpec("P")

_NARROW: ContextVar[bool] = ContextVar("narrow", default=False)

#: Quantiles of an ensemble's paths that a table of it holds.
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Sheet(Figure):
    """A figure that can be drawn again in its narrow form, and that can give the data it shows; see `redrawable`."""

    again: Callable[[], Figure] | None = None
    tabulate: Callable[[], pd.DataFrame] | None = None
    by_day: bool = False


def is_narrow() -> bool:
    """Say whether the figure that is being drawn is for a narrow screen, such as a phone's.

    >>> is_narrow()
    False
    """
    return _NARROW.get()


def redrawable(
    data: Callable[..., pd.DataFrame] | None = None, *, by_day: bool = False
) -> Callable[[Callable[P, Figure]], Callable[P, Figure]]:
    """Let what a `plot_*` function draws be drawn again in a narrow form, and give its data.

    The function is called again with the same arguments while `is_narrow` holds; `utils.figures.style.make_sheet` and
    `write_head` then lay it out for a narrow screen, so that most functions need to know nothing of it.

    Parameters
    ----------
    data : callable, optional
        Of the plot's arguments, makes the table that a reader can take away; by default `tabulate` of the first one.
    by_day : bool
        Whether each panel has days from left to right, and the table the state of each, so that a page can tell a reader of any.

    Examples
    --------
    >>> from utils.figures.style import make_sheet
    >>> @redrawable()
    ... def plot_line(values):
    ...     fig, [[ax]] = make_sheet()
    ...     ax.plot(values)
    ...     return fig
    >>> fig = plot_line(pd.Series([1, 2], name="count"))
    >>> float(fig.get_figwidth()), float(draw_narrow(fig).get_figwidth())
    (9.0, 3.6)
    >>> fig.tabulate()["count"].tolist()
    [1, 2]
    """

    def decorate(plot: Callable[P, Figure]) -> Callable[P, Figure]:
        @wraps(plot)
        def draw(*args: P.args, **kwargs: P.kwargs) -> Figure:
            fig = plot(*args, **kwargs)
            if isinstance(fig, Sheet):
                fig.again = partial(plot, *args, **kwargs)
                fig.tabulate = partial(tabulate, args[0]) if data is None and args else data and partial(data, *args, **kwargs)
                fig.by_day = by_day
            return fig

        return draw

    return decorate


def draw_narrow(fig: Figure) -> Figure | None:
    """Draw a figure again for a narrow screen; None if its function is not `redrawable`.

    >>> draw_narrow(Figure()) is None  # see `redrawable` for one that can
    True
    """
    if not isinstance(fig, Sheet) or fig.again is None:
        return None
    token = _NARROW.set(True)
    try:
        narrow = fig.again()
    finally:
        _NARROW.reset(token)
    if isinstance(narrow, Sheet):
        narrow.by_day = fig.by_day
    return narrow


def tabulate(value: Any) -> pd.DataFrame:
    """Lay out what a figure was drawn from as one long table.

    Parameters
    ----------
    value : DataFrame, Series, array, Snapshot, Answer, Effect or Ensemble, or a sequence or mapping of one of them
        Of a mapping each key becomes a value of the column `panel`.

    Raises
    ------
    InputError
        If it is something else.

    Examples
    --------
    >>> tabulate({"a": pd.Series([1.5], name="x"), "b": pd.Series([2.5], name="x")})
      panel    x
    0     a  1.5
    1     b  2.5
    """
    match value:
        case pd.DataFrame():
            return _free_index(value)
        case pd.Series():
            return _free_index(value.to_frame(value.name if value.name is not None else "value"))
        case np.ndarray():
            return pd.DataFrame(value)
        case Snapshot():
            named = {"source": value.source.title, "scope": value.scope}
            return _free_index(value.days.rename_axis("day")).assign(**named)
        case Answer():
            asked = value.question
            curve = value.curve.rename("probability").rename_axis("day")
            ends = {"source": asked.counter.title, "definition": asked.definition, "low": value.low, "high": value.high}
            return _free_index(curve.to_frame()).assign(**ends)
        case Effect():
            low, middle, high = value.ratio if value.measured else (np.nan,) * 3
            row = dict(intervention=value.name, date=value.date, source=value.source, low=low, ratio=middle, high=high)
            return pd.DataFrame([row])
        case Ensemble():
            levels = np.quantile(value.paths, _QUANTILES, axis=0)
            columns = {f"q{100 * q:02.0f}": level for q, level in zip(_QUANTILES, levels, strict=True)}
            return pd.DataFrame({"day": value.index} | columns)
        case Mapping():
            return _stack((tabulate(item), key) for key, item in value.items())
        case Sequence() if value and not isinstance(value, str):
            return _stack((tabulate(item), None) for item in value)
    raise InputError(f"data of a figure: cannot lay out a {type(value).__name__} as a table; give redrawable(data=...)")


def _stack(tables: Iterable[tuple[pd.DataFrame, object]]) -> pd.DataFrame:
    """Stack tables, each with its key in a first column where it has one."""
    keyed = []
    for table, key in tables:
        if key is not None:
            table.insert(0, "panel", ", ".join(map(str, key)) if isinstance(key, tuple) else str(key))
        keyed.append(table)
    return pd.concat(keyed, ignore_index=True)


def _free_index(table: pd.DataFrame) -> pd.DataFrame:
    """Make the row labels a column, unless they only count the rows."""
    return table.copy() if isinstance(table.index, pd.RangeIndex) and not table.index.name else table.reset_index()
