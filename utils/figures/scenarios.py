"""Figures of interventions: effects, hazards, what-if."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from ..common.checks import check_day
from ..common.errors import InputError
from ..common.formatting import day_in_words, format_some, percent
from ..counts.snapshot import Source
from ..forecasts.what_if import find_break_even
from ..questions.question import Question
from ..scenarios.hazards import InterventionRate
from ..scenarios.interruptions import Effect
from .forms import is_narrow, redrawable
from .labels import name_briefly, shorten, spread_labels
from .style import GREY, INK, PALE, STYLE, SeriesStyle, format_counts, format_percents, make_sheet, style_series, write_head

#: Ratios and probabilities a day that are labelled on an axis.
_RATIO_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
_HAZARD_TICKS = (1 / 3000, 1 / 1000, 1 / 300, 1 / 100, 1 / 30, 1 / 10, 1 / 3)


@redrawable()
def plot_effects(
    effects: Sequence[Effect], placebos: pd.DataFrame, *, foot: str, sources: Mapping[str, Source] | None = None
) -> Figure:
    """Draw the measured effect of each intervention on each count with its interval, over that of dates without one.

    Parameters
    ----------
    effects : sequence of Effect
        What could not be measured keeps its row.
    placebos : pandas.DataFrame
        As from `utils.scenarios.placebos.measure_placebos`; the grey band is the central 90 % of their estimates.
    foot : str
        Where the counts are from.
    sources : mapping of str to Source, optional
        Sources by the name that the effects give; one that is not in it goes by its name.

    Examples
    --------
    >>> day = pd.Timestamp("2024-03-01")
    >>> half, none = (pd.DataFrame({"log_ratio": np.log([0.9 * x, x, 1.1 * x])}) for x in (0.5, 1))
    >>> effects = [Effect("a strike", "ward", day, half), Effect("a flood", "ward", day, none)]
    >>> plot_effects(effects, pd.DataFrame({"estimate": [0.9, 1.1]}), foot="Made up.").texts[0].get_text()
    '1 of 2 measurements exclude no change (× 1)'
    """
    if not effects:
        raise InputError("no effect to draw; measure one first")
    names = list(dict.fromkeys(effect.name for effect in effects))
    known, styles = style_series([effect.source for effect in effects], sources)
    offset = dict(zip(known, 0.38 * _centre(len(known)), strict=True))
    band = np.quantile(placebos["estimate"], [0.05, 0.95]) if len(placebos) else np.array([1.0, 1.0])
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 0.62 * len(names) + 2.4))
        ax.axvspan(*band, color=PALE, alpha=0.6, lw=0)
        ax.axvline(1, color=INK, lw=1)
        for effect in effects:
            y = names.index(effect.name) + offset[effect.source]
            _draw_effect(ax, effect, y, name=shorten(known[effect.source].title, 20), style=styles[effect.source])
        reach = np.array([effect.ratio for effect in effects if effect.measured] + [(band[0], 1, band[1])])
        ax.set_xscale("log")
        ax.set_xlim(reach.min() / 1.12, reach.max() * 1.12)
        low, high = ax.get_xlim()
        ticks = [tick for tick in _RATIO_TICKS if low <= tick <= high]
        ax.set_xticks(ticks, [f"× {tick:g}" for tick in ticks])
        ax.xaxis.set_minor_locator(NullLocator())
        dates = {effect.name: effect.date for effect in effects}
        rows = [f"{shorten(name, 30, lines=2)}\n{day_in_words(dates[name], short=True)}" for name in names]
        ax.set_yticks(range(len(names)), rows)
        ax.set_ylim(len(names) - 0.45, -0.75)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel("count with the shift, once in full effect, over the count without it (log scale)")
        if len(placebos):
            ax.annotate(
                "dates without a known shift", (float(np.sqrt(band.prod())), 1), xycoords=ax.get_xaxis_transform(),
                xytext=(0, 2), textcoords="offset points", ha="center", size=8.5, color=GREY,
            )  # fmt: skip
        found = sum(effect.excludes_one for effect in effects)
        grey = f"\nGrey: where nine in ten of {len(placebos)} placebo estimates lie." if len(placebos) else ""
        return write_head(
            fig,
            claim=f"{found} of {len(effects)} measurements exclude no change (× 1)",
            qualifier="Middle and central 90 % of each posterior. Filled: no change (× 1) lies outside of it. Hollow: inside."
            + grey,
            foot=foot,
        )


def _draw_effect(ax: Axes, effect: Effect, y: float, *, name: str, style: SeriesStyle) -> None:
    """Draw one effect in its row, and write it at the right edge."""
    if effect.measured:
        left, middle, right = effect.ratio
        ax.plot([left, right], [y, y], color=style.colour, lw=1.8, ls=style.line)
        face = style.colour if effect.excludes_one else "white"
        ax.plot(middle, y, style.marker, color=style.colour, mfc=face, ms=7, mew=1.5)
        drawn = "" if effect.basis == "list" else ", drawn"
        text = f"{name} {middle:.2g}" + (f" ({left:.2g} to {right:.2g}{drawn})" if not is_narrow() else "")
    else:
        text = "not measured"
    ax.annotate(
        text.strip(),
        (1.015, y),
        xycoords=ax.get_yaxis_transform(),
        va="center",
        size=8.5,
        color=style.colour,
        annotation_clip=False,
    )


@redrawable()
def plot_effect_paths(effects: Sequence[Effect], *, foot: str, sources: Mapping[str, Source] | None = None) -> Figure:
    """Draw the days around each intervention: counted days, the fitted level, the level without it.

    Parameters
    ----------
    effects : sequence of Effect
        A row of panels an intervention, a column a count.
    foot : str
        Where the counts are from.
    sources : mapping of str to Source, optional
        As for `plot_effects`.

    Examples
    --------
    >>> effects = [Effect(name, "ward", pd.Timestamp("2024-03-01"), note="too few days") for name in ("a strike", "a flood")]
    >>> fig = plot_effect_paths(effects, foot="Made up.")
    >>> fig.texts[0].get_text(), fig.axes[0].texts[0].get_text()
    ('None of 2 effects could be measured', 'not measured: too few days')
    """
    if not effects:
        raise InputError("no effect to draw; measure one first")
    names = list(dict.fromkeys(effect.name for effect in effects))
    known, styles = style_series([effect.source for effect in effects], sources)
    columns = list(known)
    with rc_context(STYLE):
        size = (9, 1.3 * len(names) + 1.3)
        fig, axes = make_sheet(len(names), len(columns), size=size, sharex="row", sharey="row")
        for effect in effects:
            ax, style = axes[names.index(effect.name), columns.index(effect.source)], styles[effect.source]
            drawn = "" if effect.basis == "list" else ", partly drawn"
            title = ", ".join(filter(None, (effect.name, known[effect.source].title)))
            ax.set_title(shorten(title, 100 // len(columns)) + drawn, size=9)
            if not effect.measured:
                ax.set_axis_off()
                note = shorten(f"not measured: {effect.note}", 110 // len(columns), lines=3)
                ax.text(0, 0.5, note, transform=ax.transAxes, size=8.5, color=style.colour)
                continue
            path = effect.path
            ax.plot(path.index, path["count"], style.marker, ms=2.2, color=style.colour, alpha=0.45)
            ax.plot(path["with"], color=style.colour, lw=1.8)
            ax.plot(path["without"][path.index >= effect.date], color=INK, lw=1.2, ls=(0, (2, 1.5)))
            ax.axvline(effect.date, color=GREY, lw=0.9)
            ax.set_ylim(0, None)
            ax.yaxis.set_major_locator(MaxNLocator(3))
            ax.xaxis.set_major_locator(mdates.MonthLocator())
            ax.xaxis.set_major_formatter(mdates.DateFormatter("%b %y"))
            ax.tick_params(labelsize=8, labelleft=True)
            format_counts(ax, unit=known[effect.source].unit)
            ax.yaxis.label.set_size(8)
        widths = [effect.ratio[2] / effect.ratio[0] for effect in effects if effect.measured]
        return write_head(
            fig,
            claim=f"Half the effects are known to a factor of {np.median(widths):.2g} at best"
            if widths
            else f"None of {len(effects)} effects could be measured",
            qualifier="The factor is the middle of upper over lower end of the 90 % intervals. Points: days. Line: fitted level "
            "of a mean week. Dotted: the same without the shift. Vertical line: date of the shift.",
            foot=foot,
        )


@redrawable()
def plot_hazard(
    curves: Mapping[str, pd.Series],
    rate: InterventionRate,
    question: Question,
    *,
    intervention: str,
    as_of: object,
    sources: Mapping[str, Source] | None = None,
) -> Figure:
    """Draw the answer over the hazard of one intervention, with the rate at which such ones came and the break-even hazard.

    Parameters
    ----------
    curves : mapping of str to pandas.Series
        By source, probability by hazard (`utils.forecasts.what_if.sweep_hazard`), the first one with hazard 0.
    rate : InterventionRate
        How often such interventions came before.
    question : Question
        What is asked, of each source.
    intervention : str
        In words, such as "a pause in the fighting".
    as_of : day
    sources : mapping of str to Source, optional
        As for `plot_effects`.

    Examples
    --------
    >>> curve = pd.Series([0.2, 0.4, 0.6], [0, 0.01, 0.02])
    >>> question = Question(threshold=6, opens="2024-03-01", closes="2024-04-01")
    >>> rate = InterventionRate("strike", 2, 250)
    >>> fig = plot_hazard({"": curve}, rate, question, intervention="a strike", as_of="2024-03-01")
    >>> fig.texts[0].get_text()
    '20\\xa0% without a strike, 60\\xa0% at a hazard of 1 in 50 a day'
    """
    day = check_day(as_of, name="as_of")
    ahead = int((question.window >= day).sum())
    known, styles = style_series(curves, sources or {source.name: source for source in question.sources})
    breaks = _find_breaks(curves)
    first = next(iter(curves.values()))
    left, right = first.index[first.index > 0][0], first.index[-1]
    with rc_context(STYLE):
        fig, [[ax]] = make_sheet(size=(9, 5.2))
        ax.axvspan(*rate.interval, color=PALE, alpha=0.6, lw=0)
        ax.axvline(rate.per_day, color=INK, lw=1.2, ls=(0, (4, 2)))
        for name, curve in curves.items():
            style, some = styles[name], curve[curve.index > 0]
            ax.plot(some.index, some, color=style.colour, ls=style.line, lw=2.2)
            ax.axhline(curve.iloc[0], color=style.colour, lw=0.8, ls=":")
            if name in breaks:
                ax.plot(breaks[name], 0.5, marker=style.marker, ms=9, mfc="white", mec=style.colour, mew=2)
        # Beside the plot, or within it on a narrow sheet, whose width is all needed: there each in a line, under its curve.
        if is_narrow():
            x, place = 0.02, dict(ha="left", va="top", xytext=(0, -2), textcoords="offset points")
            whose = {name: f"{shorten(known[name].title, 14)}, ".removeprefix(", ") for name in curves}
        else:
            x, place = -0.012, dict(ha="right", va="center")
            whose = {name: f"{shorten(known[name].title, 20, lines=2)}\n".lstrip() for name in curves}
        labels = {name: f"{whose[name]}no shift: {percent(curve.iloc[0])}" for name, curve in curves.items()}
        gap = (0.035 if is_narrow() else 0.045) * max(label.count("\n") + 1 for label in labels.values())
        for (name, label), y in zip(
            labels.items(), spread_labels([curve.iloc[0] for curve in curves.values()], gap=gap), strict=True
        ):
            ax.annotate(
                label, (x, y), xycoords=ax.get_yaxis_transform(),
                color=styles[name].colour, size=9, weight="bold", annotation_clip=False, **place,
            )  # fmt: skip
        ax.axhline(0.5, color=GREY, lw=0.8)
        ax.set_xscale("log")
        ax.set_xlim(left, right)
        ax.set_ylim(0, 1)
        ticks = [tick for tick in _HAZARD_TICKS if left <= tick <= right][:: 2 if is_narrow() else 1]
        ax.set_xticks(ticks, [f"1 in {1 / tick:,.0f}" for tick in ticks])
        ax.minorticks_off()
        ax.set_xlabel(f"probability a day that {intervention} begins")
        ax.yaxis.tick_right()
        ax.yaxis.set_label_position("right")
        format_percents(ax.yaxis)
        ax.set_ylabel(f"probability of {'falling below' if question.below else 'reaching'} the target")
        above = ax.secondary_xaxis("top")
        above.set_xscale("log")
        above.set_xticks(ticks, [percent(1 - (1 - tick) ** ahead) for tick in ticks])
        above.minorticks_off()
        above.set_xlabel(f"the same within the {ahead} days")
        past = f"rate of the past: {rate.count} in {rate.days} days,\nby Jeffreys' rule (shaded: 90 %)"
        ax.annotate(
            textwrap.fill(past, 22) if is_narrow() else past,
            (left if is_narrow() else rate.per_day, 0.98),
            xytext=(5, 0),
            textcoords="offset points",
            size=9,
            va="top",
            bbox=dict(boxstyle="round,pad=0.15", fc="white", ec="none", alpha=0.85),
        )
        who = name_briefly(known[next(iter(curves))])
        return write_head(
            fig,
            claim=f"{f'{who}: ' if who else ''}{percent(first.iloc[0])} without {intervention}, {percent(first.iloc[-1])} "
            f"at a hazard of 1 in {1 / right:,.0f} a day",
            qualifier=f"Probability that {question.counter.unit} {question.event} {question.end}."
            + _write_breaks(curves, {known[name].title: hazard for name, hazard in breaks.items()}),
            foot=f"Paths as of {day:%Y-%m-%d}; effects and rate as known on the day.",
        )


def _find_breaks(curves: Mapping[str, pd.Series]) -> dict[str, float]:
    """Find the hazards at which curves come to a half from below; a curve that starts there has none."""
    breaks = {name: find_break_even(curve) for name, curve in curves.items()}
    return {name: hazard for name, hazard in breaks.items() if hazard >= curves[name].index[1]}


def _write_breaks(curves: Mapping[str, pd.Series], breaks: Mapping[str, float]) -> str:
    """Write from which hazard on the event is more likely than not, by title of the source."""
    if breaks:
        marks = [f"; {title + ': ' if title else ''}1 in {1 / hazard:,.0f} a day" for title, hazard in breaks.items()]
        return f" Hollow marks: here it becomes more likely than not{''.join(marks)}."
    if all((curve < 0.5).all() for curve in curves.values()):
        return " Nowhere here does it become more likely than not."
    return ""


@redrawable()
def plot_what_if(
    grids: Mapping[str, pd.DataFrame],
    question: Question,
    *,
    days_to_full: int,
    as_of: object,
    sources: Mapping[str, Source] | None = None,
) -> Figure:
    """Draw the answer for each probability and size of one intervention, a panel a source, as a grid of numbers on a shade.

    Parameters
    ----------
    grids : mapping of str to pandas.DataFrame
        By source, answers by `ratio` (rows) and `probability` (columns); see `utils.forecasts.what_if_grid`.
    question : Question
    days_to_full : int
        Days until the intervention has its full effect.
    as_of : day
    sources : mapping of str to Source, optional
        As for `plot_effects`.

    Examples
    --------
    >>> grid = pd.DataFrame([[0.2, 0.1], [0.2, 0.7]], index=[0.5, 2.0], columns=[0.0, 1.0])
    >>> question = Question(threshold=6, opens="2024-03-01", closes="2024-04-01")
    >>> fig = plot_what_if({"ward": grid}, question, days_to_full=7, as_of="2024-03-01")
    >>> fig.texts[0].get_text(), [text.get_text() for text in fig.axes[0].texts]
    ('From 10\\xa0% to 70\\xa0%: the answer by what a reader expects', ['20', '10', '20', '70'])
    """
    day = check_day(as_of, name="as_of")
    known, styles = style_series(grids, sources or {source.name: source for source in question.sources})
    with rc_context({**STYLE, "axes.grid": False}):
        fig, [axes] = make_sheet(1, len(grids), size=(9.5, 4.4), sharey=True)
        for ax, (name, grid) in zip(axes, grids.items(), strict=True):
            ax.pcolormesh(*map(np.arange, grid.shape[::-1]), grid.to_numpy(), cmap="cividis", vmin=0, vmax=1, shading="nearest")
            for (row, column), value in np.ndenumerate(grid.to_numpy()):
                colour = "white" if value < 0.55 else INK
                ax.text(column, row, f"{100 * value:.0f}", ha="center", va="center", size=9.5, color=colour)
            ax.set_xticks(range(grid.shape[1]), [f"{100 * probability:.3g}" for probability in grid.columns])
            ax.set_yticks(range(grid.shape[0]), [f"× {ratio:g}" for ratio in grid.index])
            ax.set_xlabel("probability that the shift comes, %")
            ax.set_title(shorten(known[name].title, 84 // len(grids), lines=2), color=styles[name].colour)
            ax.tick_params(length=0)
        axes[0].set_ylabel("what it does to the count")
        low = min(grid.to_numpy().min() for grid in grids.values())
        high = max(grid.to_numpy().max() for grid in grids.values())
        return write_head(
            fig,
            claim=f"From {percent(low)} to {percent(high)}: the answer by what a reader expects",
            qualifier=f"Probability, %, that {question.counter.unit} {question.event} {question.end}, if one shift may come, on "
            f"any day alike.\nIts full effect is reached {format_some(days_to_full, 'day')} after it begins.",
            foot=f"Paths as of {day:%Y-%m-%d}, without other scenarios.",
        )


def _centre(n: int) -> np.ndarray:
    """Spread n places evenly around zero, from -1/2 to 1/2."""
    return np.zeros(1) if n == 1 else np.linspace(-0.5, 0.5, n)
