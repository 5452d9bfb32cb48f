"""How often the level breaks, and on which days of the window: learnt from its steps so far, and drawn given all observations.

A step of the level has, beside its usual normal part, a further normal part on the rare days on which it breaks, and what that
adds is undone bit by bit (`LEFT`): a mixture of two normals (Harrison and Stevens 1976, *JRSS B* 38; Kitagawa 1987, *JASA* 82),
whose tails follow at once a fall that usual steps would take for noise. Given the set of broken steps all is normal. The set
itself is drawn with everything else integrated out (Gerlach, Carter and Kohn 2000, *JASA* 95), by moves of birth, death and
change of place (Green 1995, *Biometrika* 82).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

#: Beforehand all of these are equally likely: days from break to break, and standard deviations of a break, log of the root (half
#: of that of the flow).
DAYS_APART = np.array([20, 30, 45, 60, 90, 120, 180, 270, 365, 730])
SIZES = np.array([0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8])

#: Most breaks of one draw, moves before the first draw is kept, between two that are kept of one chain, and how many are.
MOST, WARMUP, APART, KEPT = 12, 60, 6, 10

WEEK = 7

#: What is left of a break after a day: half of it is undone in a week. A judgement, from the truce of November 2023 and the
#: closure of May 2024, which lasted about so long; with breaks that stay longer, hidden days of that list are found less well.
LEFT = 0.9


class BreakLaw(NamedTuple):
    """Law of the breaks: probability of one on a day, and standard deviation of what it adds to the step."""

    rate: float
    sd: float

    @property
    def variance(self) -> float:
        """Variance that a break adds to a step."""
        return self.sd**2


def weigh_breaks(score: np.ndarray, information: np.ndarray, variance: np.ndarray | float) -> np.ndarray:
    """Weigh a break of each step against none: log of the ratio of likelihoods, of the shape of `score`.

    Parameters
    ----------
    score, information : ndarray
        ``u' S^-1 r`` and ``u' S^-1 u``, with `r` the innovations, `S` their covariance, and `u` what a step moves them by. The
        smoother computes both as it goes (de Jong and Penzer 1998, *JASA* 93).
    variance : ndarray or float
        That a break adds to the step.

    Examples
    --------
    >>> weigh_breaks(np.array([0.0, 8.0]), np.array([4.0, 4.0]), 1.0).round(2).tolist()
    [-0.8, 5.6]
    """
    gained = 1.0 + variance * information
    return 0.5 * (variance * score**2 / gained - np.log(gained))


def learn_breaks(score: np.ndarray, information: np.ndarray, *, n: int, rng: np.random.Generator) -> list[BreakLaw]:
    """Learn the law of breaks from the steps seen so far.

    Each week has at most one break, on any of its days alike; weeks are taken one by one, each against the usual steps of the
    others (a composite likelihood: Varin, Reid and Firth 2011, *Statistica Sinica* 21). The fit itself knows no breaks: where
    every day is counted the transient deviation follows them, and a fit that lets breaks take its place finds hidden days less
    well.

    Parameters
    ----------
    score, information : ndarray, shape (n_steps,)
        As for `weigh_breaks`.
    n : int
    rng : numpy.random.Generator

    Returns
    -------
    list of BreakLaw
        One with the means of rate and variance, then `n` draws.

    Examples
    --------
    >>> quiet, information = np.zeros(70), np.full(70, 9.0)
    >>> jumpy = np.where(np.arange(70) % 14 == 0, 9.0, 0.0)
    >>> [round(1 / learn_breaks(score, information, n=0, rng=np.random.default_rng(0))[0].rate) for score in (quiet, jumpy)]
    [83, 53]
    """
    weeks = slice(len(score) % WEEK, None)
    ratios = np.exp([weigh_breaks(score[weeks], information[weeks], size**2) for size in SIZES])
    ratios = ratios.reshape(len(SIZES), -1, WEEK).mean(axis=2)
    logs = np.array([np.log1p(WEEK / days * (ratios - 1)).sum(axis=1) for days in DAYS_APART])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    rate = float(weights.sum(axis=1) @ (1 / DAYS_APART))
    spread = float((1 / DAYS_APART) @ weights @ SIZES**2)  # of a step, on average over all days
    # systematic draws: each law as often as its weight says, to within one
    picks = np.searchsorted(np.cumsum(weights), (np.arange(n) + rng.random()) / n).clip(max=weights.size - 1)
    drawn = [BreakLaw(1 / DAYS_APART[row], SIZES[column]) for row, column in zip(*divmod(picks, len(SIZES)), strict=True)]
    return [BreakLaw(rate, float(np.sqrt(spread / rate))), *(drawn[place] for place in rng.permutation(n))]


class Evidence(NamedTuple):
    """What the observations say of steps, by parameter vector.

    Attributes
    ----------
    score : ndarray, shape (n_members, n_steps)
        ``u' S^-1 r``: `r` the innovations without any break, `S` their covariance, `u` what a step moves the observations by.
    information : ndarray, shape (n_members, n_steps, n_steps)
        ``u' S^-1 v`` of each pair of steps.
    rate, variance : ndarray, shape (n_members,)
        Of breaks.
    """

    score: np.ndarray
    information: np.ndarray
    rate: np.ndarray
    variance: np.ndarray


class Broken(NamedTuple):
    """Sets of broken steps, one a row, in as many places as the fullest row needs.

    Attributes
    ----------
    steps : ndarray of int, shape (n, places)
    there : ndarray of bool, shape (n, places)
        Whether the place holds a step.
    inverse : ndarray, shape (n, places, places)
        ``(I / variance + u' S^-1 u)^-1`` over the steps of the row; zero where no step is.
    """

    steps: np.ndarray
    there: np.ndarray
    inverse: np.ndarray


def list_breaks(broken: np.ndarray, evidence: Evidence, member: np.ndarray) -> Broken:
    """List the broken steps of each row, (n, n_steps), by the evidence of its parameter vector, `member`, (n,).

    >>> evidence = Evidence(np.zeros((1, 3)), 4 * np.eye(3)[None], np.array([0.1]), np.array([1.0]))
    >>> listed = list_breaks(np.array([[False, True, False]]), evidence, np.array([0]))
    >>> listed.steps.tolist(), listed.inverse.tolist()
    ([[1]], [[[0.2]]])
    """
    places = int(broken.sum(axis=1).max(initial=0))
    steps = np.argsort(~broken, axis=1, kind="stable")[:, :places]
    there = np.take_along_axis(broken, steps, axis=1)
    inner = evidence.information[member[:, None, None], steps[:, :, None], steps[:, None, :]]
    inner *= there[:, :, None] & there[:, None, :]
    diagonal = np.arange(places)
    inner[:, diagonal, diagonal] += np.where(there, 1 / evidence.variance[member][:, None], 1.0)
    return Broken(steps, there, np.linalg.inv(inner) * (there[:, :, None] & there[:, None, :]))


def _weigh_steps(broken: np.ndarray, evidence: Evidence, member: np.ndarray) -> np.ndarray:
    """Weigh one break more at each step of each row: log of the ratio of likelihoods, shape (n, n_steps).

    Parameters
    ----------
    broken : ndarray of bool, shape (n, n_steps)
    evidence : Evidence
    member : ndarray of int, shape (n,)
        Which parameter vector each row has.
    """
    listed, score = list_breaks(broken, evidence, member), evidence.score[member]
    rows = evidence.information[member[:, None], listed.steps]
    solved = listed.inverse @ rows
    score = score - np.einsum("npk,np->nk", solved, np.take_along_axis(score, listed.steps, axis=1))
    left = np.diagonal(evidence.information, axis1=1, axis2=2)[member] - np.einsum("npk,npk->nk", rows, solved)
    return weigh_breaks(score, np.maximum(left, 0.0), evidence.variance[member][:, None])


def draw_breaks(evidence: Evidence, member: np.ndarray, *, rng: np.random.Generator) -> np.ndarray:
    """Draw sets of broken steps given the observations.

    Parameters
    ----------
    evidence : Evidence
    member : ndarray of int, shape (n,)
        Which parameter vector each draw has.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of bool, shape (n, n_steps)

    Examples
    --------
    >>> evidence = Evidence(np.array([[0.0, 0.0, 40.0]]), 9 * np.eye(3)[None], np.array([0.01]), np.array([1.0]))
    >>> drawn = draw_breaks(evidence, np.zeros(100, int), rng=np.random.default_rng(0))
    >>> (drawn.mean(axis=0) > 0.5).tolist()
    [False, False, True]
    """
    n, n_steps = len(member), evidence.score.shape[1]
    broken = np.zeros((n, n_steps), bool)
    if not n_steps:
        return broken
    first = np.arange(-(-n // KEPT))  # draws of one parameter vector lie KEPT apart in the order of the chains
    order = np.argsort(member, kind="stable")
    chains = member[order[::KEPT]]
    state = rng.random((len(chains), n_steps)) < evidence.rate[chains][:, None]
    for move in range(WARMUP + APART * KEPT):
        state = _move(state, evidence, chains, rng)
        kept, rest = divmod(move + 1 - WARMUP, APART)
        if rest == 0 and kept > 0:
            rows = order[kept - 1 :: KEPT]
            broken[rows] = state[first[: len(rows)]]
    return broken


def _move(state: np.ndarray, evidence: Evidence, member: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move each chain once: a break more, a break less, or a break elsewhere, kept as often as detailed balance asks.

    Whatever the move, `base` is the set without the step in question. A new step is proposed in proportion to its odds given the
    base, whose sum over steps is `total`, and an old one by lot, so that a birth to a set of k + 1 is kept with probability
    ``min(1, total / (k + 1))`` and its death with the inverse; a new place is always kept.
    """
    chains, kind = np.arange(len(state)), rng.integers(3, size=len(state))
    some = state.any(axis=1)
    old = np.argmax(np.where(state, rng.random(state.shape), -1.0), axis=1)
    removes = (kind > 0) & some
    base = state.copy()
    base[chains[removes], old[removes]] = False
    rate = evidence.rate[member][:, None]
    odds = np.where(base, 0.0, rate / (1 - rate) * np.exp(np.minimum(_weigh_steps(base, evidence, member), 200.0)))
    cumulated = np.cumsum(odds, axis=1)
    total, size = cumulated[:, -1], base.sum(axis=1) + 1
    new = (cumulated < (rng.random(len(state)) * total)[:, None]).sum(axis=1).clip(max=state.shape[1] - 1)
    lot = rng.random(len(state))
    born = (kind == 0) & (lot * size < total) & (size <= MOST)
    dies = (kind == 1) & some & (lot * total < size)
    moves = (kind == 2) & some
    after = np.where((dies | moves)[:, None], base, state)
    gains = born | moves
    after[chains[gains], new[gains]] = True
    return after
