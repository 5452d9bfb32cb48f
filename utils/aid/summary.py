"""The case's answers for the first page of the report."""

from __future__ import annotations

from ..common.errors import InputError

#: Which of the two answers leads, and what the other is.
WHICH_LEADS = (
    "The probability holds if nothing shifts; with what may come, a pause, a closing or an announced opening is counted in. At "
    "earlier origins the scenarios did not earn the first place (page 04): the plain answer leads, the other stands beside it."
)


def summarise_answers(*, as_of: object = None, n_paths: int = 10_000) -> dict[str, object]:
    """Summarise both questions as plain values for the report's first page.

    Parameters
    ----------
    as_of, n_paths
        See `utils.aid.answers.answer_all`.

    Returns
    -------
    dict
        What `utils.publishing.report.write_report` shows.

    Raises
    ------
    InputError
        If no window is open any more.
    """
    # Imported here, so that a report that is current already is found so without loading a model.
    from ..forecasts.track_record import SUCH, describe_record
    from ..questions.passage import parse_definition
    from .answers import answer_all
    from .reporting import learn_settling

    answers, shifted = (answer_all(as_of=as_of, n_paths=n_paths, shifts=shifts) for shifts in (False, True))
    if not answers:
        raise InputError(f"as_of {as_of} lies after both windows; nothing is left to forecast, so choose an earlier day")
    sources = {answer.question.source for answer in answers}
    settling = {source: learn_settling(source, as_of=answers[0].as_of).words for source in sources}
    return dict(
        title=f"Will aid trucks reach {answers[0].question.threshold:g} a day?",
        lead="A study of how a public count can be forecast, as it was known on the day. It is not a basis for "
        "operations: both lists are incomplete and end weeks earlier, and no model of past counts sees a shift of policy coming.",
        as_of=f"{answers[0].as_of:%Y-%m-%d}",
        origin=f"{answers[0].origin:%Y-%m-%d}",
        rows=[
            dict(
                question=f"{answer.question.title}, {answer.question.end}",
                source=answer.question.counter.title,
                definition=parse_definition(answer.question.definition).words,
                probability=answer.probability,
                low=answer.low,
                high=answer.high,
                shifted=beside.probability,
                baselines=answer.baselines,
                record=describe_record(answer.track_record),
                vintage=answer.vintages[-1],
                last_counted=f"{answer.last_counted:%Y-%m-%d}",
            )
            for answer, beside in zip(answers, shifted, strict=True)
        ],
        records=SUCH,
        scenarios=WHICH_LEADS,
        vintages=[
            dict(source=title, vintage=vintage, newest_days=settling[source] if vintage == newest else "")
            for title, source, vintage, newest in sorted(
                {
                    (answer.question.counter.title, answer.question.source, vintage, answer.vintages[-1])
                    for answer in answers
                    for vintage in answer.vintages
                }
            )
        ],
    )
