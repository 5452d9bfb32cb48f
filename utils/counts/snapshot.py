"""One daily count as known on a day, with the state of each day."""

from __future__ import annotations

import pandas as pd

STATES = ("counted", "closed", "unreported", "not_yet_reported", "partial")


def usable_history(days: pd.DataFrame) -> pd.Series:
    """Cut days down to what a model may be fitted to: counted days, the rest NaN, to the last one counted.

    Partial days are left out: their late reports were still to come, and would read as a collapse.
    """
    history = days["trucks"].where(days["state"] == "counted")
    history.attrs = dict(days.attrs)
    return history[: history.last_valid_index()]
