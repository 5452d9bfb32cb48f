"""The works that the methods are taken from, and who published the data. Terms and equations cite them by key; docstrings by author and year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..publishing.references import Bibliography, Reference
from .ingest.datapackage import load_package
from .paths import DATA

JASA = "Journal of the American Statistical Association"

METHODS = (
    Reference("R. P. Adams and D. J. C. MacKay", 2007, "Bayesian online changepoint detection", "arXiv:0710.3742",
              url="https://arxiv.org/abs/0710.3742"),
    Reference("F. J. Anscombe", 1948, "The transformation of Poisson, binomial and negative-binomial data", "Biometrika 35",
              doi="10.2307/2332343"),
    Reference("G. Barone-Adesi, K. Giannopoulos and L. Vosper", 1999,
              "VaR without correlations for portfolios of derivative securities", "Journal of Futures Markets 19",
              doi="10.1002/(SICI)1096-9934(199908)19:5<583::AID-FUT5>3.0.CO;2-S"),
    Reference("B. M. Bell", 1994, "The iterated Kalman smoother as a Gauss-Newton method", "SIAM Journal on Optimization 4",
              doi="10.1137/0804035"),
    Reference("G. E. P. Box and G. C. Tiao", 1975, "Intervention analysis with applications to economic and environmental problems",
              f"{JASA} 70", doi="10.1080/01621459.1975.10480264"),
    Reference("G. W. Brier", 1950, "Verification of forecasts expressed in terms of probability", "Monthly Weather Review 78",
              doi="10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2"),
    Reference("K. H. Brodersen, F. Gallusser, J. Koehler, N. Remy and S. L. Scott", 2015,
              "Inferring causal impact using Bayesian structural time-series models", "Annals of Applied Statistics 9",
              doi="10.1214/14-AOAS788"),
    Reference("L. D. Brown, T. T. Cai and A. DasGupta", 2001, "Interval estimation for a binomial proportion", "Statistical Science 16",
              doi="10.1214/ss/1009213286"),
    Reference("C. Czado, T. Gneiting and L. Held", 2009, "Predictive model assessment for count data", "Biometrics 65",
              doi="10.1111/j.1541-0420.2009.01191.x"),
    Reference("P. de Jong and J. Penzer", 1998, "Diagnosing shocks in time series", f"{JASA} 93", doi="10.1080/01621459.1998.10473731"),
    Reference("T. Dimitriadis, T. Gneiting and A. I. Jordan", 2021, "Stable reliability diagrams for probabilistic classifiers",
              "PNAS 118", doi="10.1073/pnas.2016191118"),
    Reference("J. Durbin and S. J. Koopman", 2012, "Time Series Analysis by State Space Methods", "2nd edition, Oxford University Press"),
    Reference("E. S. Epstein", 1969, "A scoring system for probability forecasts of ranked categories",
              "Journal of Applied Meteorology 8", doi="10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2"),
    Reference("R. Ferland, A. Latour and D. Oraichi", 2006, "Integer-valued GARCH process", "Journal of Time Series Analysis 27",
              doi="10.1111/j.1467-9892.2006.00496.x"),
    Reference("F. N. Fritsch and J. Butland", 1984, "A method for constructing local monotone piecewise cubic interpolants",
              "SIAM Journal on Scientific and Statistical Computing 5", doi="10.1137/0905021"),
    Reference("A. Gelman", 2006, "Prior distributions for variance parameters in hierarchical models", "Bayesian Analysis 1",
              doi="10.1214/06-BA117A"),
    Reference("R. Gerlach, C. Carter and R. Kohn", 2000, "Efficient Bayesian inference for dynamic mixture models", f"{JASA} 95"),
    Reference("T. Gneiting and A. E. Raftery", 2007, "Strictly proper scoring rules, prediction, and estimation", f"{JASA} 102",
              doi="10.1198/016214506000001437"),
    Reference("T. Gneiting and R. Ranjan", 2011, "Comparing density forecasts using threshold- and quantile-weighted scoring rules",
              "Journal of Business and Economic Statistics 29", doi="10.1198/jbes.2010.08110"),
    Reference("I. J. Good", 1952, "Rational decisions", "Journal of the Royal Statistical Society B 14",
              doi="10.1111/j.2517-6161.1952.tb00104.x"),
    Reference("P. J. Green", 1995, "Reversible jump Markov chain Monte Carlo computation and Bayesian model determination",
              "Biometrika 82", doi="10.1093/biomet/82.4.711"),
    Reference("J. A. Hanley and A. Lippman-Hand", 1983, "If nothing goes wrong, is everything all right? Interpreting zero numerators",
              "JAMA 249", doi="10.1001/jama.1983.03330370053031"),
    Reference("P. J. Harrison and C. F. Stevens", 1976, "Bayesian forecasting", "Journal of the Royal Statistical Society B 38",
              doi="10.1111/j.2517-6161.1976.tb01586.x"),
    Reference("A. C. Harvey", 1989, "Forecasting, Structural Time Series Models and the Kalman Filter", "Cambridge University Press"),
    Reference("Q. Huangfu and J. A. J. Hall", 2018, "Parallelizing the dual revised simplex method",
              "Mathematical Programming Computation 10", doi="10.1007/s12532-017-0130-5"),
    Reference("R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder", 2008,
              "Forecasting with Exponential Smoothing: The State Space Approach", "Springer"),
    Reference("H. Jeffreys", 1961, "Theory of Probability", "3rd edition, Oxford University Press"),
    Reference("G. Kitagawa", 1987, "Non-Gaussian state-space modeling of nonstationary time series", f"{JASA} 82",
              doi="10.1080/01621459.1987.10478534"),
    Reference("J. C. Kleinman", 1973, "Proportions with extraneous variance: single and independent samples", f"{JASA} 68",
              doi="10.1080/01621459.1973.10481332"),
    Reference("H. R. Kuensch", 1989, "The jackknife and the bootstrap for general stationary observations", "Annals of Statistics 17",
              doi="10.1214/aos/1176347265"),
    Reference("K. L. Lange, R. J. A. Little and J. M. G. Taylor", 1989, "Robust statistical modeling using the t distribution",
              f"{JASA} 84", doi="10.1080/01621459.1989.10478852"),
    Reference("A. H. Murphy", 1973, "A new vector partition of the probability score", "Journal of Applied Meteorology 12",
              doi="10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2"),
    Reference("D. S. Oliver, N. He and A. C. Reynolds", 1996, "Conditioning permeability fields to pressure data",
              "5th European Conference on the Mathematics of Oil Recovery", doi="10.3997/2214-4609.201406894"),
    Reference("B. Ottosson", 2020, "A perceptual color space for image processing", "the author's own page",
              url="https://bottosson.github.io/posts/oklab/"),
    Reference("A. Patton, D. N. Politis and H. White", 2009,
              "Correction to “Automatic block-length selection for the dependent bootstrap”", "Econometric Reviews 28",
              doi="10.1080/07474930802459016"),
    Reference("D. N. Politis and J. P. Romano", 1992, "A circular block-resampling procedure for stationary data",
              "in Exploring the Limits of Bootstrap, Wiley"),
    Reference("D. B. Rubin", 1981, "Estimation in parallel randomized experiments", "Journal of Educational Statistics 6",
              doi="10.2307/1164617"),
    Reference("D. B. Rubin", 1987, "Multiple Imputation for Nonresponse in Surveys", "Wiley"),
    Reference("M. Scheuerer and T. M. Hamill", 2015,
              "Variogram-based proper scoring rules for probabilistic forecasts of multivariate quantities", "Monthly Weather Review 143",
              doi="10.1175/MWR-D-14-00269.1"),
    Reference("M. J. Schuemie, P. B. Ryan, W. DuMouchel, M. A. Suchard and D. Madigan", 2014,
              "Interpreting observational studies: why empirical calibration is needed to correct p-values", "Statistics in Medicine 33",
              doi="10.1002/sim.5925"),
    Reference("D. B. Stephenson, C. A. S. Coelho and I. T. Jolliffe", 2008, "Two extra components in the Brier score decomposition",
              "Weather and Forecasting 23", doi="10.1175/2007WAF2006116.1"),
    Reference("L. Tierney and J. B. Kadane", 1986, "Accurate approximations for posterior moments and marginal densities", f"{JASA} 81",
              doi="10.1080/01621459.1986.10478240"),
    Reference("C. Varin, N. Reid and D. Firth", 2011, "An overview of composite likelihood methods", "Statistica Sinica 21"),
    Reference("F. Zhu", 2011, "A negative binomial integer-valued GARCH model", "Journal of Time Series Analysis 32",
              doi="10.1111/j.1467-9892.2010.00684.x"),
)  # fmt: skip

BIBLIOGRAPHY = Bibliography("91_references", METHODS)


def list_publishers(*, data: Path = DATA) -> pd.DataFrame:
    """List who published the data, a row a publisher's page: publisher, tables (made from it), url.

    Parameters
    ----------
    data : pathlib.Path
        Folder of the data package.

    Examples
    --------
    >>> list_publishers()["url"].is_unique
    True
    """
    found: dict[str, dict[str, Any]] = {}
    for resource in load_package(data)["resources"]:
        for source in resource.get("sources", []):
            if "path" in source:
                found.setdefault(source["path"], {"publisher": source["title"], "tables": []})["tables"].append(resource["path"])
    return pd.DataFrame([{**row, "tables": ", ".join(row["tables"]), "url": url} for url, row in found.items()])
