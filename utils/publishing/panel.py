"""A panel in JupyterLab that answers a reader's own what-if, on paths that were simulated before."""

from __future__ import annotations

import html

from ..aid.answers import simulate_for
from ..common.formatting import day_in_words, percent
from ..figures.style import DOTS
from ..forecasts.what_if import answer_what_if
from ..questions.passage import DEFINITIONS, parse_definition
from ..questions.question import Question


def make_panel(question: Question, *, as_of, n_paths: int = 10_000, seed: int = 0):
    """Make the panel: count, meaning of reaching, chance, size and speed of one shift, and the answer to them.

    Parameters
    ----------
    question : Question
    as_of : day
    n_paths, seed
        See `utils.answers.simulate_ensemble`. The paths are simulated once, before the panel is shown.

    Returns
    -------
    ipywidgets.VBox
        Its children are the controls and, last, the answer as HTML.
    """
    import ipywidgets as widgets

    asked = dict(as_of=as_of, n_paths=n_paths, seed=seed)
    sources = {"COGAT's count, at the border": "cogat", "UNRWA's count, at collection": "unrwa"}
    for source in sources.values():
        simulate_for(question.vary(source=source), **asked)
    wide = dict(style={"description_width": "13em"}, layout=widgets.Layout(width="34em"))
    controls = dict(
        source=widgets.Dropdown(options=sources, description="Whose count", **wide),
        definition=widgets.Dropdown(
            options={parse_definition(name).words: name for name in DEFINITIONS}, description="Reached", **wide
        ),
        chance=widgets.IntSlider(0, min=0, max=100, step=5, description="Chance of a shift, %", **wide),
        ratio=widgets.FloatSlider(2.0, min=0.25, max=5, step=0.25, description="It multiplies the flow by", **wide),
        days_to_full=widgets.IntSlider(7, min=1, max=28, description="Days to its full effect", **wide),
    )
    page = widgets.HTML()

    def say(_change=None) -> None:
        chosen = {name: control.value for name, control in controls.items()}
        asked_for = question.vary(source=chosen.pop("source"), definition=chosen.pop("definition"))
        chosen["chance"] /= 100
        said, plain = (answer_what_if(asked_for, **{**chosen, **change}, **asked) for change in ({}, {"chance": 0}))
        page.value = write_answer(asked_for, said.probability, plain=plain.probability)

    for control in controls.values():
        control.observe(say, names="value")
    say()
    return widgets.VBox([*controls.values(), page])


def write_answer(question: Question, probability: float, *, plain: float) -> str:
    """Write the panel's answer as HTML: one sentence, what the answer is without the shift, and fifty dots."""
    filled = round(DOTS * probability)
    dots = "".join("●" if dot < filled else "○" for dot in range(DOTS))
    rows = "<br>".join(dots[start : start + 10] for start in range(0, DOTS, 10))
    return (
        f'<div role="status"><p>{html.escape(question.words)}</p><p><b>{percent(probability)}</b>; without a shift '
        f'{percent(plain)}.</p><p aria-label="{filled} of {DOTS} futures" style="letter-spacing:.2em">{rows}</p></div>'
    )


def show_panel(question: Question, *, as_of, n_paths: int = 10_000, seed: int = 0) -> None:
    """Publish the panel, with one sentence in its place where no kernel runs. Parameters as for `make_panel`."""
    from IPython.display import publish_display_data

    panel = make_panel(question, as_of=as_of, n_paths=n_paths, seed=seed)
    words = (
        f"A panel stands here in JupyterLab, once this cell is run: it answers for any chance, size and speed of a shift before "
        f"{day_in_words(question.closes)}. The grid below holds some of its answers."
    )
    publish_display_data(
        {**panel._repr_mimebundle_(), "text/html": f'<p class="aid-notes">{html.escape(words)}</p>', "text/plain": words}
    )
