"""The peers, in an environment of their own: answers jobs that `peers.py` writes, a line each, until there are no more.

A job names a peer, a file with a history (trucks/day without a gap, and its first day), a horizon, a number of paths, a seed,
and where to write the paths. The answer holds the seconds of fit and simulation, measured here. Each peer draws joint paths by
its own simulator. Nothing of the project is imported: its pandas is newer than what one of the peers can take.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
import time
import warnings

import numpy as np
import pandas as pd

WEEK = 7
PACKAGES = {
    "AutoETS": "statsforecast",
    "AutoARIMA": "statsforecast",
    "AutoTheta": "statsforecast",
    "SeasonalNaive": "statsforecast",
    "prophet": "prophet",
    "LightGBM": "skforecast",
}


def run_statsforecast(name: str, history: pd.Series, horizon: int, n_paths: int, seed: int) -> np.ndarray:
    """A model of statsforecast with a week's season; AutoARIMA with its quicker approximation of the likelihood."""
    from statsforecast import models

    options = {"approximation": True} if name == "AutoARIMA" else {}
    model = getattr(models, name)(season_length=WEEK, **options)
    model.fit(history.to_numpy())
    return np.asarray(model.simulate(h=horizon, n_paths=n_paths, seed=seed))


def run_prophet(history: pd.Series, horizon: int, n_paths: int, seed: int) -> np.ndarray:
    """Prophet with weekly seasonality; its own predictive samples."""
    from prophet import Prophet

    np.random.seed(seed)  # noqa: NPY002 - prophet draws from numpy's global state
    model = Prophet(weekly_seasonality=True, yearly_seasonality=False, daily_seasonality=False, uncertainty_samples=n_paths)
    model.fit(pd.DataFrame({"ds": history.index, "y": history.to_numpy()}))
    return model.predictive_samples(model.make_future_dataframe(horizon, include_history=False))["yhat"].T


def run_lightgbm(history: pd.Series, horizon: int, n_paths: int, seed: int) -> np.ndarray:
    """Trees on the last two weeks, one day after the other, with bootstrapped residuals, by skforecast."""
    from lightgbm import LGBMRegressor
    from skforecast.recursive import ForecasterRecursive

    trees = LGBMRegressor(n_estimators=100, num_leaves=7, random_state=seed, verbose=-1)
    forecaster = ForecasterRecursive(trees, lags=2 * WEEK)
    forecaster.fit(history, store_in_sample_residuals=True)
    return forecaster.predict_bootstrapping(horizon, n_boot=n_paths, random_state=seed).to_numpy().T


def run(name: str, history: pd.Series, horizon: int, n_paths: int, seed: int) -> np.ndarray:
    """Return a peer's joint paths, shape (n_paths, horizon), none below zero."""
    others = {"prophet": run_prophet, "LightGBM": run_lightgbm}
    if name in others:
        paths = others[name](history, horizon, n_paths, seed)
    else:
        paths = run_statsforecast(name, history, horizon, n_paths, seed)
    return np.maximum(paths, 0.0)


def list_absent() -> dict[str, str]:
    """Return the peers that are not installed here, with the package that each needs."""
    needed = {name: [package] + ["lightgbm"] * (name == "LightGBM") for name, package in PACKAGES.items()}
    missing = {name: [one for one in packages if importlib.util.find_spec(one) is None] for name, packages in needed.items()}
    return {name: ", ".join(packages) for name, packages in missing.items() if packages}


def main() -> None:
    """Say what is absent, then answer a job a line."""
    warnings.filterwarnings("ignore")  # the peers' own, of which nothing here can be changed
    logging.disable(logging.CRITICAL)
    answers, sys.stdout = sys.stdout, sys.stderr  # what a peer prints must not come between the answers
    print(json.dumps({"peers": list(PACKAGES), "absent": list_absent()}), file=answers, flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        with np.load(job["history"]) as held:
            history = pd.Series(held["trucks"], pd.date_range(str(held["first"]), periods=len(held["trucks"]), freq="D"))
        start = time.perf_counter()
        try:
            paths = run(job["peer"], history, job["horizon"], job["n_paths"], job["seed"])
            answer = {"seconds": time.perf_counter() - start}
            np.save(job["paths"], np.asarray(paths, float))
        except Exception as error:  # a peer that fails is named and left out; the others go on
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
