"""How fast does the what-if panel answer, beside asking the same anew?

    python benchmarks/what_if.py

The panel shifts paths that were simulated before it was shown. The rival simulates them again for each view. Printed: the median
time of a view on one core, both, and their ratio; and the slowest view of the panel.
"""

from __future__ import annotations

import itertools
import time

import numpy as np

from utils.aid.questions import ASKED, TRANSITION
from utils.aid.snapshots import load_snapshot
from utils.forecasts.ensemble import simulate_ensemble
from utils.forecasts.what_if import answer_what_if

VIEWS = list(itertools.product((0.05, 0.2, 0.5, 1.0), (0.5, 2.0, 4.0), (1, 14)))
AS_OF = ASKED


def time_views(*, anew: bool, definition: str, views=VIEWS) -> np.ndarray:
    """Return the seconds of each view."""
    question = TRANSITION.vary(definition=definition)
    seconds = []
    snapshot = load_snapshot(question.source, as_of=AS_OF)
    ensemble = simulate_ensemble(snapshot, until=question.window[-1])
    for probability, ratio, days_to_full in views:
        start = time.perf_counter()
        if anew:
            ensemble = simulate_ensemble(snapshot, until=question.window[-1])
        answer_what_if(ensemble, question, probability=probability, ratio=ratio, days_to_full=days_to_full)
        seconds.append(time.perf_counter() - start)
    return np.array(seconds)


def main() -> None:
    for definition in ("day", "mean7"):
        panel = time_views(anew=False, definition=definition)
        rival = time_views(anew=True, definition=definition, views=VIEWS[:5])
        print(
            f"{definition}: panel {np.median(panel):.3f} s a view (slowest {panel.max():.3f}), anew {np.median(rival):.3f} s, "
            f"ratio {np.median(panel) / np.median(rival):.2f}"
        )


if __name__ == "__main__":
    main()
