"""A panel in JupyterLab that answers a reader's own what-if, on paths that were simulated before."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..common.errors import InputError
from ..common.formatting import day_in_words, percent
from ..figures.style import DOTS
from ..figures.svg import PAGE_TYPE
from ..forecasts.ensemble import Ensemble
from ..forecasts.what_if import answer_what_if, list_days_ahead
from ..forecasts.what_if_grid import WhatIfGrid, close_after, join_errors, measure_error
from ..questions.passage import DEFINITIONS, parse_definition
from ..questions.question import Question
from .play import write_play

if TYPE_CHECKING:
    import ipywidgets


def make_panel(ensembles: Mapping[str, Ensemble], question: Question, *, seed: int = 0) -> ipywidgets.VBox:
    """Make the panel: count, definition, threshold, last day, and one intervention's probability, size and speed; and the answer.

    Parameters
    ----------
    ensembles : mapping of str to Ensemble
        Paths by the label of the count, the one shown first at first; each to the end of the question's window, or farther.
    question : Question
        What is asked; its source is that of the chosen ensemble.
    seed : int
        See `utils.forecasts.what_if.answer_what_if`.

    Returns
    -------
    ipywidgets.VBox
        Its children are the controls and, last, the answer as HTML.

    Raises
    ------
    InputError
        If there is no ensemble.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> import numpy as np
    >>> import pandas as pd
    >>> snapshot = take_snapshot(pd.Series(100.0, pd.date_range("2024-03-01", periods=28)))
    >>> paths = Ensemble(np.full((100, 10), 100.0), pd.date_range("2024-03-29", periods=10), snapshot, "pool")
    >>> panel = make_panel({"the ward": paths}, Question(threshold=150, opens="2024-03-29", closes="2024-04-08"))
    >>> panel.children[0].options, "<b>under 1 %</b>; without a shift under 1 %" in panel.children[-1].value
    (('the ward',), True)
    >>> panel.children[4].value, panel.children[6].value = 100, 1  # it comes for sure, and doubles the count at once
    >>> "<b>over 99 %</b>; without a shift under 1 %" in panel.children[-1].value
    True
    """
    import ipywidgets as widgets

    if not ensembles:
        raise InputError("ensembles hold no paths; give one or more by label, such as {'the count': ensemble}")
    days = list_days_ahead(next(iter(ensembles.values())), question)
    words = {parse_definition(name).words: name for name in dict.fromkeys((*DEFINITIONS, question.definition))}
    wide = dict(style={"description_width": "13em"}, layout=widgets.Layout(width="34em"))
    controls = dict(
        count=widgets.Dropdown(options=list(ensembles), description="Whose count", **wide),
        definition=widgets.Dropdown(
            options=words,
            value=question.definition,
            description="Fallen below" if question.below else "Reached",
            **wide,
        ),
        threshold=widgets.BoundedFloatText(
            question.threshold, min=0.1, max=10 * question.threshold, description="Threshold", **wide
        ),
        last=widgets.SelectionSlider(
            options={day_in_words(day): day for day in days}, value=days[-1], description="Last day", **wide
        ),
        probability=widgets.IntSlider(0, min=0, max=100, step=5, description="Probability of a shift, %", **wide),
        ratio=widgets.FloatSlider(2.0, min=0.25, max=5, step=0.25, description="It multiplies the count by", **wide),
        days_to_full=widgets.IntSlider(7, min=1, max=28, description="Days to its full effect", **wide),
    )
    page = widgets.HTML()

    def update(_change: object = None) -> None:
        chosen = {name: control.value for name, control in controls.items()}
        ensemble = ensembles[chosen["count"]]
        varied = close_after(question, chosen["last"]).vary(definition=chosen["definition"], threshold=chosen["threshold"])
        asked = _ask_of(ensemble, varied)
        shifted = answer_what_if(
            ensemble,
            asked,
            probability=chosen["probability"] / 100,
            ratio=chosen["ratio"],
            days_to_full=chosen["days_to_full"],
            seed=seed,
        )
        page.value = write_answer(asked, shifted.probability, plain=ensemble.answer(asked).probability)

    for control in controls.values():
        control.observe(update, names="value")
    update()
    return widgets.VBox([*controls.values(), page])


def _ask_of(ensemble: Ensemble, question: Question) -> Question:
    """Ask the question of the ensemble's own source, where it names one."""
    snapshot = ensemble.snapshot
    return question.vary(source=snapshot.source.name, scope=snapshot.scope) if snapshot.source.name else question


def write_answer(question: Question, probability: float, *, plain: float) -> str:
    """Write the panel's answer as HTML: one sentence, what the answer is without the intervention, and fifty dots.

    Parameters
    ----------
    question : Question
    probability, plain : float
        With the intervention and without it.

    Examples
    --------
    >>> page = write_answer(Question(threshold=150, opens="2024-03-29", closes="2024-04-08"), 0.1, plain=0.04)
    >>> "<b>10 %</b>; without a shift 4 %" in page, page.count("●"), page.count("○")
    (True, 5, 45)
    """
    filled = round(DOTS * probability)
    dots = "".join("●" if dot < filled else "○" for dot in range(DOTS))
    rows = "<br>".join(dots[start : start + 10] for start in range(0, DOTS, 10))
    return (
        f'<div role="status"><p>{html.escape(question.words)}</p><p><b>{percent(probability)}</b>; without a shift '
        f'{percent(plain)}.</p><p role="img" aria-label="{filled} of {DOTS} paths" style="letter-spacing:.2em">{rows}</p></div>'
    )


def show_panel(ensembles: Mapping[str, Ensemble], grids: Mapping[str, WhatIfGrid], question: Question, *, seed: int = 0) -> None:
    """Publish the panel; where no kernel runs, the grids stand in its place (`utils.publishing.play`).

    Parameters
    ----------
    ensembles, question, seed
        As for `make_panel`.
    grids : mapping of str to WhatIfGrid
        By the same labels; computed from the ensembles, for the same seed.

    Examples
    --------
    >>> from utils.counts.snapshot import take_snapshot
    >>> from utils.forecasts.what_if_grid import compute_grid
    >>> import numpy as np
    >>> import pandas as pd
    >>> snapshot = take_snapshot(pd.Series(100.0, pd.date_range("2024-03-01", periods=28)))
    >>> paths = Ensemble(np.full((100, 10), 100.0), pd.date_range("2024-03-29", periods=10), snapshot, "pool")
    >>> question = Question(threshold=150, opens="2024-03-29", closes="2024-04-08")
    >>> grid = compute_grid(paths, question, definitions=["day"], thresholds=[150, 160], ratios=[1, 2], speeds=[1, 7])
    >>> show_panel({"the ward": paths}, {"the ward": grid}, question)
    A panel stands here in JupyterLab, once this cell is run, and on the page.
    It answers for any threshold, last day, and probability, size and speed of a shift before 8 April 2024.
    """
    from IPython.display import publish_display_data

    panel = make_panel(ensembles, question, seed=seed)
    error = join_errors([measure_error(grid, ensembles[label], seed=seed) for label, grid in grids.items()])
    words = (
        "A panel stands here in JupyterLab, once this cell is run, and on the page.\n"
        f"It answers for any threshold, last day, and probability, size and speed of a shift {question.end}."
    )
    page, table = (write_play(grids, error=error, live=live) for live in (True, False))
    publish_display_data({**panel._repr_mimebundle_(), PAGE_TYPE: page, "text/html": table, "text/plain": words})
