"""Figures of interventions: effects, hazards, what-if."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator, PercentFormatter

from ..common.formatting import day_in_words, percent
from ..forecasts.what_if import find_break_even
from ..questions.passage import parse_definition
from ..questions.question import Question
from ..scenarios.hazards import InterventionRate
from ..scenarios.interruptions import Effect
from .forecast import _spread
from .style import _STYLE, COLOUR, GREY, INK, LABEL, LINE, MARKER, PALE, _head, _sheet


def plot_effects(effects: list[Effect], placebos: pd.DataFrame) -> Figure:
    """Draw the measured effect of each shift on each count with its interval, over the spread of dates without a shift.

    Parameters
    ----------
    effects : list of Effect
        As from `utils.scenarios.measure_interventions`; what could not be measured keeps its row.
    placebos : pandas.DataFrame
        As from `utils.scenarios.load_placebos`; the grey band is the central 90 % of their estimates.
    """
    names = list(dict.fromkeys(effect.name for effect in effects))
    measured = [effect for effect in effects if effect.measured]
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 0.62 * len(names) + 2.4))
        low, high = np.quantile(placebos["estimate"], [0.05, 0.95])
        ax.axvspan(low, high, color=PALE, alpha=0.6, lw=0)
        ax.axvline(1, color=INK, lw=1)
        offset = dict(zip(COLOUR, (-0.19, 0.19), strict=True))
        for effect in effects:
            y, colour = names.index(effect.name) + offset[effect.source], COLOUR[effect.source]
            told = dict(xycoords=ax.get_yaxis_transform(), va="center", size=8.5, color=colour, annotation_clip=False)
            if not effect.measured:
                ax.annotate("not measured", (1.015, y), **told)
                continue
            left, middle, right = effect.ratio
            ax.plot([left, right], [y, y], color=colour, lw=1.8, ls=LINE[effect.source])
            face = colour if effect.excludes_one else "white"
            ax.plot(middle, y, MARKER[effect.source], color=colour, mfc=face, ms=7, mew=1.5)
            drawn = ", flow" if effect.basis == "flow" else ""
            ax.annotate(f"{LABEL[effect.source]} {middle:.2g} ({left:.2g} to {right:.2g}{drawn})", (1.015, y), **told)
        reach = np.array([effect.ratio for effect in measured] + [(low, 1, high)])
        ax.set_xscale("log")
        ax.set_xlim(reach.min() / 1.12, reach.max() * 1.12)
        ticks = [tick for tick in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if ax.get_xlim()[0] <= tick <= ax.get_xlim()[1]]
        ax.set_xticks(ticks, [f"× {tick:g}" for tick in ticks])
        ax.xaxis.set_minor_locator(NullLocator())
        dates = {effect.name: effect.date for effect in effects}
        ax.set_yticks(range(len(names)), [f"{name}\n{day_in_words(dates[name], short=True)}" for name in names])
        ax.set_ylim(len(names) - 0.45, -0.75)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel("flow with the shift, once in full effect, over the flow without it (log scale)")
        ax.annotate(
            "dates without a known shift",
            (np.sqrt(low * high), 1),
            xycoords=ax.get_xaxis_transform(),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            size=8.5,
            color=GREY,
        )
        found = sum(effect.excludes_one for effect in effects)
        return _head(
            fig,
            claim=f"{found} of {len(effects)} measurements stand out from what dates without a shift show",
            qualifier="Middle and central 90 % of each posterior. Filled: no change (× 1) lies outside of it. Hollow: inside.\n"
            f"Grey: where nine in ten of {len(placebos)} placebo estimates lie.",
            foot="Source: COGAT and UNRWA lists; flow: days after a list's end, drawn from both lists and the quotes.",
        )


def plot_effect_paths(effects: list[Effect]) -> Figure:
    """Draw the days around each shift, a panel a shift and count: counted days, the fitted level, the level without the shift."""
    names = list(dict.fromkeys(effect.name for effect in effects))
    column = {source: number for number, source in enumerate(COLOUR)}
    with rc_context(_STYLE):
        fig, axes = _sheet(len(names), 2, size=(9, 1.3 * len(names) + 1.3), sharex="row", sharey="row")
        for effect in effects:
            ax, colour, path = axes[names.index(effect.name), column[effect.source]], COLOUR[effect.source], effect.path
            drawn = ", partly drawn" if effect.basis == "flow" else ""
            ax.set_title(f"{effect.name}, {LABEL[effect.source]}{drawn}", size=9)
            if not effect.measured:
                ax.set_axis_off()
                ax.text(0, 0.5, f"not measured: {effect.note}", transform=ax.transAxes, size=8.5, color=colour)
                continue
            ax.plot(path.index, path["trucks"], MARKER[effect.source], ms=2.2, color=colour, alpha=0.45)
            ax.plot(path["with"], color=colour, lw=1.8)
            after = path[path.index >= effect.date]
            ax.plot(after["without"], color=INK, lw=1.2, ls=(0, (2, 1.5)))
            ax.axvline(effect.date, color=GREY, lw=0.9)
            ax.set_ylim(0, None)
            ax.yaxis.set_major_locator(MaxNLocator(3))
            ax.xaxis.set_major_locator(mdates.MonthLocator())
            ax.xaxis.set_major_formatter(mdates.DateFormatter("%b %y"))
            ax.tick_params(labelsize=8, labelleft=True)
            ax.set_ylabel("trucks/day", size=8)
        width = np.median([effect.ratio[2] / effect.ratio[0] for effect in effects if effect.measured])
        return _head(
            fig,
            claim=f"The level wanders too: half the effects are known to a factor of {width:.2g} at best",
            qualifier="The factor is the middle of upper over lower end of the 90 % intervals. Points: days. Line: fitted level "
            "of a mean week. Dotted: the same without the shift. Vertical line: date of the shift.",
            foot="Source: COGAT and UNRWA lists; partly drawn: means of draws from both lists and the quotes after a list's end.",
        )


#: Chances a day that are labelled on the axis of hazards.
_HAZARD_TICKS = (1 / 3000, 1 / 1000, 1 / 300, 1 / 100, 1 / 30, 1 / 10, 1 / 3)


def plot_hazard(curves: dict[str, pd.Series], rate: InterventionRate, question: Question, *, shift: str, as_of) -> Figure:
    """Draw the answer over the hazard of one shift, with the rate at which such shifts came and the break-even hazard.

    Parameters
    ----------
    curves : dict of str to pandas.Series
        By source, probability by hazard (`utils.answers.sweep_hazard`), the first one with hazard 0.
    rate : InterventionRate
        How often such shifts came before.
    question : Question
        What is asked, of each source.
    shift : str
        The shift in words, such as "a pause in the fighting".
    as_of : day
    """
    ahead = int((question.window >= pd.Timestamp(as_of)).sum())
    # one that lies left of the axis says only that the answer without a shift is nearly even
    breaks = {source: find_break_even(curve) for source, curve in curves.items()}
    breaks = {source: hazard for source, hazard in breaks.items() if hazard >= curves[source].index[1]}
    with rc_context(_STYLE):
        fig, [[ax]] = _sheet(size=(9, 5.2))
        low, high = rate.interval
        ax.axvspan(low, high, color=PALE, alpha=0.6, lw=0)
        ax.axvline(rate.per_day, color=INK, lw=1.2, ls=(0, (4, 2)))
        name, first = next((LABEL[source], curve) for source, curve in curves.items())
        right = first.index[-1]
        for source, curve in curves.items():
            some = curve[curve.index > 0]
            ax.plot(some.index, some, color=COLOUR[source], ls=LINE[source], lw=2.2)
            ax.axhline(curve.iloc[0], color=COLOUR[source], lw=0.8, ls=":")
            if source in breaks:
                ax.plot(breaks[source], 0.5, marker=MARKER[source], ms=9, mfc="white", mec=COLOUR[source], mew=2)
        ends = _spread([curve.iloc[0] for curve in curves.values()], gap=0.09)
        for (source, curve), y in zip(curves.items(), ends, strict=True):
            ax.annotate(
                f"{LABEL[source]}\nno shift: {percent(curve.iloc[0])}",
                (-0.012, y),
                xycoords=ax.get_yaxis_transform(),
                color=COLOUR[source],
                size=9,
                weight="bold",
                ha="right",
                va="center",
                annotation_clip=False,
            )
        ax.axhline(0.5, color=GREY, lw=0.8)
        ax.set_xscale("log")
        ax.set_xlim(first.index[first.index > 0][0], right)
        ax.set_ylim(0, 1)
        ticks = [tick for tick in _HAZARD_TICKS if ax.get_xlim()[0] <= tick <= right]
        ax.set_xticks(ticks, [f"1 in {1 / tick:,.0f}" for tick in ticks])
        ax.minorticks_off()
        ax.set_xlabel(f"chance a day that {shift} begins")
        ax.yaxis.tick_right()
        ax.yaxis.set_label_position("right")
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.set_ylabel("probability of reaching the target")
        above = ax.secondary_xaxis("top")
        above.set_xscale("log")
        above.set_xticks(ticks, [percent(1 - (1 - tick) ** ahead) for tick in ticks])
        above.minorticks_off()
        above.set_xlabel(f"the same as a chance within the {ahead} days")
        ax.annotate(
            f"rate of the past: {rate.count} in {rate.days} days,\nby Jeffreys' rule (shaded: 90 %)",
            (rate.per_day, 0.98),
            xytext=(5, 0),
            textcoords="offset points",
            size=9,
            va="top",
            bbox=dict(boxstyle="round,pad=0.15", fc="white", ec="none", alpha=0.85),
        )
        return _head(
            fig,
            claim=f"{name}: {percent(first.iloc[0])} without {shift}, {percent(first.iloc[-1])} with one almost at once",
            qualifier=f"Probability of reaching {question.threshold:g} {parse_definition(question.definition).words} before "
            f"{day_in_words(question.closes)}."
            + (
                " Hollow marks: from here on it is more likely than not"
                if breaks
                else " Nowhere here does it become more likely than not"
            )
            + "".join(f"; {LABEL[source]}: 1 in {1 / hazard:,.0f} a day" for source, hazard in breaks.items())
            + ".",
            foot=f"Paths of the pool as of {pd.Timestamp(as_of):%Y-%m-%d}; effects and rate as known on the day.",
        )


def plot_what_if(grids: dict[str, pd.DataFrame], question: Question, *, days_to_full: int, as_of) -> Figure:
    """Draw the answer for each chance and size of one shift, a panel a source, as a grid of numbers on a shade.

    Parameters
    ----------
    grids : dict of str to pandas.DataFrame
        By source, probabilities by `ratio` (rows) and `chance` (columns); see `utils.answers.tabulate_what_if`.
    question : Question
    days_to_full : int
        Days until the shift has its full effect.
    as_of : day
    """
    with rc_context({**_STYLE, "axes.grid": False}):
        fig, [axes] = _sheet(1, len(grids), size=(9.5, 4.4), sharey=True)
        for ax, (source, grid) in zip(axes, grids.items(), strict=True):
            ax.imshow(grid.to_numpy(), cmap="cividis", vmin=0, vmax=1, aspect="auto", origin="lower")
            for (row, column), value in np.ndenumerate(grid.to_numpy()):
                ax.text(
                    column, row, f"{100 * value:.0f}", ha="center", va="center", size=9.5, color="white" if value < 0.55 else INK
                )
            ax.set_xticks(range(grid.shape[1]), [f"{100 * chance:.0f}" for chance in grid.columns])
            ax.set_yticks(range(grid.shape[0]), [f"× {ratio:g}" for ratio in grid.index])
            ax.set_xlabel("chance that the shift comes, %")
            ax.set_title(LABEL[source], color=COLOUR[source])
            ax.tick_params(length=0)
        axes[0].set_ylabel("what it does to the flow")
        low = min(grid.to_numpy().min() for grid in grids.values())
        high = max(grid.to_numpy().max() for grid in grids.values())
        return _head(
            fig,
            claim=f"From {percent(low)} to {percent(high)}: the answer by what a reader expects",
            qualifier=f"Probability, %, of reaching {question.threshold:g} {parse_definition(question.definition).words} before "
            f"{day_in_words(question.closes)}, if one shift may come, on any day alike.\n"
            f"Its full effect is reached {days_to_full} days after it begins.",
            foot=f"Paths of the pool as of {pd.Timestamp(as_of):%Y-%m-%d}, without scenarios of our own.",
        )
