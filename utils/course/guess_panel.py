"""A small form in JupyterLab that keeps a reader's probabilities on this machine and, once they are settled, scores them."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..common.errors import InputError
from ..figures.svg import PAGE_TYPE
from .guess_page import write_ask, write_scores
from .guesses import Asked, Settled, check_guess, delete_guesses, keep_guesses, load_guesses, read_guess, write_guess

if TYPE_CHECKING:
    import ipywidgets


def make_form(
    asked: Sequence[Asked], *, folder: Path | None = None, on_change: Callable[[dict[str, float]], object] | None = None
) -> ipywidgets.VBox:
    """Make the form: a field a question, in per cent, a button that keeps what is written, and one that deletes it.

    Parameters
    ----------
    asked : sequence of Asked
    folder : Path, optional
        Where guesses are kept; see `utils.course.guesses.find_guesses`.
    on_change : callable, optional
        Called with the guesses at these questions, by key, once at first and whenever they have changed.

    Returns
    -------
    ipywidgets.VBox
        Its children are a label and a field for each question, then the row of buttons and, last, what was done, as HTML.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name:
    ...     label, text, buttons, told = make_form([Asked("rain", "Will it rain?")], folder=Path(name)).children
    ...     text.value = "30"
    ...     buttons.children[0].click()
    ...     load_guesses(Path(name)), "30" in told.value
    ({'rain': 0.3}, True)
    """
    import ipywidgets as widgets

    keys = [one.key for one in asked]
    # Sent once, when a field is left: of what is sent key by key, the last may come after the click.
    wide = dict(placeholder="such as 30", continuous_update=False, layout=widgets.Layout(width="14em"))
    fields = {one.key: widgets.Text(description="%", **wide) for one in asked}
    keep, delete = (widgets.Button(description=words) for words in ("Keep my guess", "Delete my guess"))
    told = widgets.HTML()

    def tell(words: str) -> None:
        told.value = f'<div role="status">{html.escape(words)}</div>'

    def show(words: str = "") -> None:
        kept = {key: value for key, value in load_guesses(folder).items() if key in keys}
        for key, control in fields.items():
            control.value = write_guess(kept[key]).removesuffix(" %") if key in kept else ""
        delete.disabled = not kept
        listed = ", ".join(write_guess(kept[key]) for key in keys if key in kept)
        tell(words or (f"Kept on this machine: {listed}." if kept else "Nothing is kept yet."))
        if on_change is not None:
            on_change(kept)

    def on_keep(_button: object) -> None:
        try:
            written = {key: guess for key, control in fields.items() if (guess := read_guess(control.value)) is not None}
            if not written:
                raise InputError("nothing is written yet; give a number of per cent from 0 to 100, such as 30")
            keep_guesses(written, folder=folder)
        except (InputError, OSError) as error:
            tell(f"{error}")
        else:
            show()

    def on_delete(_button: object) -> None:
        delete_guesses(keys, folder=folder)
        show("Deleted.")

    keep.on_click(on_keep)
    delete.on_click(on_delete)
    show()
    labels = [widgets.HTML(f"<div>{html.escape(one.words)}</div>") for one in asked]
    pairs = [part for one, label in zip(asked, labels, strict=True) for part in (label, fields[one.key])]
    return widgets.VBox([*pairs, widgets.HBox([keep, delete]), told])


def show_ask(
    asked: Sequence[Asked],
    *,
    facts: Sequence[str],
    link: tuple[str, str] | None = None,
    guess: object = None,
    folder: Path | None = None,
) -> None:
    """Publish the part that asks for probabilities: in JupyterLab with a form, on a page with fields, else as words.

    What is published for a page is the same whatever is kept on this machine; only the live form reads it.

    Parameters
    ----------
    asked, facts, link
        As for `utils.course.guess_page.write_ask`. Where nothing is asked, nothing is published.
    guess : float, optional
        A probability for the first question, given in code; it is kept.
    folder : Path, optional
        Where guesses are kept.

    Raises
    ------
    InputError
        If the guess is no probability.

    Examples
    --------
    >>> show_ask([], facts=[])
    """
    import ipywidgets as widgets
    from IPython.display import publish_display_data

    kept = None if guess is None else check_guess(guess)
    if not asked:
        return
    if kept is not None:
        keep_guesses({asked[0].key: kept}, folder=folder)
    page, static = (write_ask(asked, facts=facts, link=link, kept=kept, live=live) for live in (True, False))
    here = write_ask(asked, facts=facts, link=link, way="write your probability here before you read on", live=False)
    form = widgets.VBox([widgets.HTML(here), make_form(asked, folder=folder)])
    words = "Guess first: " + " ".join(one.words for one in asked)
    publish_display_data({**form._repr_mimebundle_(), PAGE_TYPE: page, "text/html": static, "text/plain": words})


def show_scores(settled: Sequence[Settled], *, caption: str, folder: Path | None = None) -> None:
    """Publish the table of scores: in JupyterLab with a form and the reader's rows, on a page with fields, else as it is.

    Parameters
    ----------
    settled, caption
        As for `utils.course.guess_page.write_scores`.
    folder : Path, optional
        Where guesses are kept.

    Raises
    ------
    InputError
        If there is no question.

    Examples
    --------
    >>> show_scores([], caption="Scores.")
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: settled holds no question; give one or more
    """
    import ipywidgets as widgets
    from IPython.display import publish_display_data

    page, static = (write_scores(settled, caption=caption, live=live) for live in (True, False))
    table = widgets.HTML()

    def update(guesses: dict[str, float]) -> None:
        table.value = write_scores(settled, caption=caption, live=False, guesses=guesses)

    form = make_form(settled, folder=folder, on_change=update)
    live = widgets.VBox([table, form])
    words = f"{caption} {' '.join(one.title for one in settled)}"
    publish_display_data({**live._repr_mimebundle_(), PAGE_TYPE: page, "text/html": static, "text/plain": words})
