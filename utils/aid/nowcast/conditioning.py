"""Condition the days since the list ended on sums, and draw them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from ...common.errors import InputError
from .state_space import DF, IRR, IRR1, LEVEL, SHARE, STATES, TRANSIENT, linear_parts, make_reversion, transition

#: What the window keeps of a day: log root mean on COGAT's basis, irregular part, log root mean on UNRWA's,
#: humanitarian share, and log root level of an ordinary weekday.
PARTS = ("a", "irregular", "b", "share", "level")

#: Longest step of Gauss-Newton in one round, on the scales of the parts.
MAX_STEP = 2.0


@dataclass(frozen=True)
class Window:
    """Joint normal prior of the days since COGAT's list ended, from the filter alone.

    Attributes
    ----------
    days : pandas.DatetimeIndex
    mean : ndarray, shape (5 * n_days,)
        By part (`PARTS`), then by day.
    cov : ndarray, shape (5 * n_days, 5 * n_days)
    before : float
        Irregular part of the day before the window (known when COGAT counted that day).
    """

    days: pd.DatetimeIndex
    mean: np.ndarray
    cov: np.ndarray
    before: float


def carry_forward(daily, fit):
    """Carry the state at the window's start forward: joint prior of five parts of each day of the window.

    For days ``s <= t`` the states have ``Cov(x_s, x_t) = V_s T'^(t-s)``, with ``V_s`` the variance carried to
    day s.

    Returns
    -------
    Window
    """
    n_days = len(daily.days) - daily.listed
    a_map, b_map = linear_parts(daily.calendar[daily.listed :])
    maps = np.zeros((n_days, 5, len(STATES)))
    maps[:, 0], maps[:, 2] = a_map, b_map
    maps[:, 1, IRR] = maps[:, 3, SHARE] = maps[:, 4, LEVEL] = maps[:, 4, TRANSIENT] = 1.0
    inflate = DF / (DF - 2)
    mean, cov = np.zeros((5, n_days)), np.zeros((5, n_days, 5, n_days))
    state, spread = fit.mean, fit.cov
    past = np.zeros((0, len(STATES), len(STATES)))
    for day in range(n_days):
        if day:
            matrix, variances = transition(fit.params, partial=daily.partial[daily.listed + day - 1])
            variances[IRR] *= inflate
            state, past = matrix @ state + make_reversion(), past @ matrix.T
            spread = matrix @ spread @ matrix.T + np.diag(variances)
        past = np.concatenate([past, spread[None]])
        mean[:, day] = maps[day] @ state
        block = np.einsum("sij,sjk,lk->isl", maps[: day + 1], past, maps[day])
        cov[:, : day + 1, :, day] = block
        cov[:, day, :, : day + 1] = block.transpose(2, 0, 1)
    size = 5 * n_days
    return Window(daily.days[daily.listed :], mean.reshape(size), cov.reshape(size, size), float(fit.mean[IRR1]))


@dataclass(frozen=True)
class Terms:
    """Observations of the window, each a root: UNRWA's days, then sums over days.

    Attributes
    ----------
    unrwa_rows : ndarray of int
        Days of the window that UNRWA counted.
    share_rows : ndarray of int
        Days of the window with a share seen.
    sums : tuple of (str, ndarray of int, float)
        Use, days of the window, and what COGAT's list already counts of the total (trucks).
    values, noise : ndarray, shape (n_terms,)
        On the scale of roots (the share: as it is).
    """

    unrwa_rows: np.ndarray
    share_rows: np.ndarray
    sums: tuple
    values: np.ndarray
    noise: np.ndarray


def bend_share(share, *, sharpness=10.0):
    """Bend a share smoothly into 0 to 1; return it and its slope. Between 0.3 and 0.7 it changes by less than 0.005."""
    over, under = sharpness * (share - 1.0), -sharpness * share
    shifted = share + (np.logaddexp(0.0, under) - np.logaddexp(0.0, over)) / sharpness
    return shifted, 1.0 - expit(over) - expit(under)


def observe(window, x, terms, lag):
    """Return what the terms would show at `x` without noise, and their slopes.

    Parameters
    ----------
    x : ndarray, shape (..., 5 * n_days)
        With one point also the slopes, shape (n_terms, 5 * n_days), are returned; with many, None.
    """
    n_days = len(window.days)
    a, irregular, b, share, _ = np.moveaxis(x.reshape(*x.shape[:-1], 5, n_days), -2, 0)
    mean_a, mean_b = np.exp(np.minimum(a, 5.0)), np.exp(np.minimum(b, 5.0))
    root, (part, bend) = mean_a + irregular, bend_share(share)
    before = np.concatenate([np.full((*irregular.shape[:-1], 1), window.before), irregular[..., :-1]], axis=-1)
    unrwa = mean_b + lag * before
    shown = [unrwa[..., terms.unrwa_rows], share[..., terms.share_rows]]
    one = x.ndim == 1
    slopes = np.zeros((len(terms.values), 5, n_days)) if one else None
    if one:
        for term, day in enumerate(terms.unrwa_rows):
            slopes[term, 2, day] = mean_b[day]
            if day:
                slopes[term, 1, day - 1] = lag
        slopes[np.arange(len(terms.share_rows)) + len(terms.unrwa_rows), 3, terms.share_rows] = 1.0
    for term, (use, rows, known) in enumerate(terms.sums, len(terms.unrwa_rows) + len(terms.share_rows)):
        if use == "flow":
            parts = root[..., rows] ** 2
        else:
            parts = mean_b[..., rows] ** 2 * (part[..., rows] if use == "unrwa_humanitarian" else 1.0)
        norm = np.sqrt(np.maximum(known + parts.sum(-1), 1e-6))
        shown.append(norm[..., None])
        if one and use == "flow":
            slopes[term, 0, rows] = root[rows] * mean_a[rows] / norm
            slopes[term, 1, rows] = root[rows] / norm
        elif one:
            slopes[term, 2, rows] = parts / norm
            if use == "unrwa_humanitarian":
                slopes[term, 3, rows] = 0.5 * mean_b[rows] ** 2 * bend[rows] / norm
    flat = slopes.reshape(len(terms.values), 5 * n_days) if one else None
    return np.concatenate(shown, axis=-1), flat


def condition(window, terms, lag, *, rounds=200, tolerance=1e-7):
    """Condition the window's joint normal on the terms: Gauss-Newton to the mode.

    Returns
    -------
    x : ndarray, shape (5 * n_days,)
        The mode.
    gain : ndarray, shape (5 * n_days, n_terms)
    slopes : ndarray, shape (n_terms, 5 * n_days)
        At the mode.

    Raises
    ------
    InputError
        If it does not rest: quotes that contradict one another.
    """
    x, step_size, last = window.mean.copy(), np.ones(1), np.zeros((1, len(window.mean)))
    for _ in range(rounds):
        shown, slopes = observe(window, x, terms, lag)
        spread = slopes @ window.cov
        inner = spread @ slopes.T + np.diag(terms.noise**2)
        inner[np.diag_indices_from(inner)] *= 1.0 + 1e-11  # one exact total given twice would make it singular
        gain = cho_solve(cho_factor(inner), spread).T if len(inner) else np.zeros((len(x), 0))
        step = window.mean + gain @ (terms.values - shown + slopes @ (x - window.mean)) - x
        move = np.max(np.abs(step), initial=0.0)
        if move < tolerance * max(1.0, np.max(np.abs(x), initial=0.0)):
            return x, gain, slopes
        step_size, last = _adapt_step_size(step_size, last, step[None]), step[None]
        x = x + step * min(step_size[0], MAX_STEP / move)
    raise InputError(
        f"{len(terms.sums)} quotes: no flow agrees with them all after {rounds} rounds; look for two that contradict each other"
    )


def _adapt_step_size(step_size, last, step):
    """Shorten the steps of a search that turns back on itself, lengthen the others up to whole ones; one step_size a row."""
    return np.where(np.einsum("ij,ij->i", last, step) < 0, np.maximum(0.6 * step_size, 0.05), np.minimum(1.5 * step_size, 1.0))


def draw_window(window, terms, gain, slopes, lag, *, n, rng, rounds=200):
    """Draw the window's parts given all terms: each draw starts from its own prior draw and meets its own noisy terms.

    Returns
    -------
    x : ndarray, shape (n, 5 * n_days)
        Draws that did not rest are replaced by others that did.
    rested : float
        Share of the draws that rested.

    Raises
    ------
    InputError
        If fewer than half of the draws rest.
    """
    # The symmetric root, since eigenvectors alone have free signs: another machine would draw quite other paths from one seed.
    scale, vectors = np.linalg.eigh(window.cov)
    root = (vectors * np.sqrt(np.maximum(scale, 0.0))) @ vectors.T
    prior = window.mean + rng.standard_normal((n, len(scale))) @ root
    wanted = terms.values + terms.noise * rng.standard_normal((n, len(terms.values)))
    x, going, step_size, last = prior.copy(), np.arange(n), np.ones(n), np.zeros_like(prior)
    for _ in range(rounds if len(terms.values) else 0):
        gap = wanted[going] - observe(window, x[going], terms, lag)[0]
        step = prior[going] + (gap + (x[going] - prior[going]) @ slopes.T) @ gain.T - x[going]
        move = np.max(np.abs(step), axis=1)
        step_size[going], last[going] = _adapt_step_size(step_size[going], last[going], step), step
        x[going] += step * np.minimum(step_size[going], MAX_STEP / np.maximum(move, 1e-12))[:, None]
        going = going[move > 1e-6]
        if not len(going):
            break
    still = np.setdiff1d(np.arange(n), going if len(terms.values) else [])
    if 2 * len(still) < n:
        raise InputError(
            f"{len(terms.sums)} quotes: {n - len(still)} of {n} draws found no flow that agrees with them; "
            "look for two quotes that contradict each other"
        )
    x[going] = x[rng.choice(still, size=len(going))]
    return x, len(still) / n
