"""Where the level at the origin comes from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .conditioning import PARTS, observe
from .quotes import name_quote, rows_in_use
from .state_space import IRR, LEVEL, PARAMS, SHARE, TRANSIENT, ReconcileModel, linear_parts, transition


def _find_contributions(result):
    """See `Reconciled.contributions`. Everything is linear at the mode, so a slope is one run of the filter."""
    daily, fit, terms, step = result.daily, result.fit, result.terms, 0.01
    place = result.mode.size - 1  # level of the last day
    keep = -result.gain[place] @ result.slopes
    keep[place] += 1.0

    def reach_window(observations):
        model = ReconcileModel(observations, daily.calendar, daily.partial, fit.path, fit.weights)
        model.update([fit.params[name] for name in PARAMS])
        return model.ssm.filter().predicted_state[:, daily.listed].copy()

    base = reach_window(daily.observations)
    matrix, _ = transition(fit.params)
    a_map, b_map = linear_parts(daily.calendar[daily.listed :])
    months, rows = daily.days.to_period("M"), []
    for source, column, counts in (("cogat", 0, daily.cogat), ("unrwa", 1, daily.unrwa)):
        for month in months.unique():
            chosen = np.isfinite(counts) & (months == month)
            if not chosen.any():
                continue
            moved = daily.observations
            moved[chosen, column] *= np.sqrt(1 + step)
            state = reach_window(moved) - base
            carried = np.zeros((len(PARTS), len(a_map)))
            for day in range(len(a_map)):
                state = matrix @ state if day else state
                carried[:, day] = (
                    a_map[day] @ state,
                    state[IRR],
                    b_map[day] @ state,
                    state[SHARE],
                    state[LEVEL] + state[TRANSIENT],
                )
            change = keep @ carried.ravel()
            inside = chosen[daily.listed :][terms.unrwa_rows] if source == "unrwa" else np.zeros(len(terms.unrwa_rows), bool)
            at = np.flatnonzero(inside)
            change += result.gain[place, at] @ (terms.values[at] * (np.sqrt(1 + step) - 1))
            rows.append(
                (
                    f"{source} {month}",
                    int(chosen.sum()),
                    counts[chosen].sum(),
                    2 * change / np.log1p(step),
                    np.nan,
                )
            )
    first = len(terms.unrwa_rows) + len(terms.share_rows)
    shown, _ = observe(result.window, result.mode, terms, fit.params["lag"])
    innovation = terms.values - shown + result.slopes @ (result.mode - result.window.mean)
    for term, row in enumerate(rows_in_use(result.quotes).itertuples(), first):
        share = result.gain[place, term] * terms.values[term]
        pull = np.exp(2 * result.gain[place, term] * innovation[term])
        rows.append((name_quote(row), row.days, row.total, share, pull))
    table = pd.DataFrame(rows, columns=["observation", "days", "trucks", "share", "pull"])
    return table.set_index("observation")
