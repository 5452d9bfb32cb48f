"""The terms that a newcomer meets on the pages; `glossary_examples` gives each an example from this data."""

from __future__ import annotations

from ..publishing.glossary import Glossary, Term

DATA, FLOW, MODELS, DEADLINE, TRANSITION, CHECK = "01", "03", "04", "05", "06", "07"

TERMS = (
    Term("always no", "The baseline that gives every event a probability of zero.", MODELS),
    Term("as of", "Using only what had been published by the day that is named.", DATA),
    Term("backtest", "The same forecaster asked at earlier days, and scored by what came.", MODELS, ("backtests",)),
    Term("base rate", "How often separate windows of the past, as long as the one asked for, met the definition.", DEADLINE, after=("brown-2001",)),
    Term("baseline", "A forecast by a plain rule, which a model has to beat to be worth its trouble.", DEADLINE, ("baselines",)),
    Term("basis", "The kind of evidence that an outcome rests on: whose count, and whether it was listed or quoted.", CHECK, ("bases",)),
    Term("Brier score", "The squared distance of a probability from what came, which is 1 or 0; lower is better.", MODELS,
         ("Brier scores", "Brier"), after=("brier-1950",)),
    Term("calibration", "Whether events come as often as their probabilities say.", MODELS, ("calibrated",), after=("dimitriadis-2021", "murphy-1973",)),
    Term("climatology", "The baseline that takes every window of the past as equally likely to come again.", MODELS, after=("politis-1992",)),
    Term("COGAT", "The unit of Israel's Defense Ministry that coordinates what crosses into Gaza, and lists loads at the border.", DATA),
    Term("CRPS", "Continuous ranked probability score: how far simulated values lie from what came, less half of how far they lie "
         "from each other; lower is better.", MODELS, after=("gneiting-2007",)),
    Term("day state", "Why a day has a count or none: counted, partial, closed, unreported or not yet reported.", DATA, ("a state",)),
    Term("definition", "What it takes to reach the target: one day, a mean of days, days in a row, or the whole window's mean.",
         DEADLINE, ("definitions",)),
    Term("energy score", "The CRPS of whole paths, which are compared as points in as many dimensions as there are days.", MODELS,
         ("energy and variogram scores",), after=("gneiting-2007",)),
    Term("ensemble", "All simulated paths of one forecast, from which every probability is read.", DEADLINE),
    Term("exponential smoothing", "Following a level by moving it, each day, part of the way to what was counted.", MODELS, after=("hyndman-2008",)),
    Term("first passage", "The first day on which a path meets the definition.", DEADLINE, ("first-passage curve",)),
    Term("hazard", "The probability a day that something begins, if it has not begun.", TRANSITION, ("hazards",)),
    Term("hindsight", "Knowledge that nobody had on the day of the forecast.", FLOW),
    Term("horizon", "How many days ahead a forecast looks.", MODELS, ("horizons",)),
    Term("innovation", "What a day has beyond the mean that was expected for it.", DEADLINE, ("innovations",), after=("barone-adesi-1999",)),
    Term("interval", "A range that should hold what is not known with the probability given.", FLOW, ("intervals",), after=("kleinman-1973",)),
    Term("intervention", "A dated change in what is let through.", TRANSITION, ("interventions",), after=("box-1975",)),
    Term("Jeffreys' prior", "A starting point that counts half a case for and half a case against, so that a rate never seen is not "
         "taken for impossible.", DEADLINE, ("Jeffreys' rule",), after=("jeffreys-1961", "brown-2001",)),
    Term("joint paths", "Simulated futures whose days belong together, as real days do.", DEADLINE),
    Term("Kalman filter", "The recursion that gives the state of a linear model, day by day, from noisy observations.", FLOW, after=("harvey-1989",)),
    Term("log score", "Minus the logarithm of the probability given to what came, here in bits; lower is better.", MODELS, after=("good-1952",)),
    Term("missing day", "A day without a count, which may have been anything and is never taken for zero unless the state says so.", DATA, ("missing days",)),
    Term("negative binomial", "A law of counts whose variance exceeds its mean.", MODELS, ("negative-binomial",), after=("ferland-2006", "zhu-2011",)),
    Term("nowcast", "An estimate of the newest days, which no list covers yet, with its uncertainty.", DEADLINE),
    Term("origin", "The last day whose truth a forecaster may use.", DEADLINE, ("origins",)),
    Term("persistence", "The baseline that expects of the next window what the last one of its length did.", MODELS),
    Term("PIT", "Probability integral transform: the place of what came among the simulated values; even over many cases if the forecast is "
         "calibrated.", MODELS, after=("czado-2009",)),
    Term("placebo date", "A date on which no intervention is known, measured as if there had been one.", TRANSITION, ("placebo dates",), after=("schuemie-2014",)),
    Term("pool", "A forecast that mixes the paths of several models.", MODELS),
    Term("predictive law", "The distribution of the next case, which holds the spread between cases and what is not known of it.",
         TRANSITION, after=("rubin-1981", "gelman-2006",)),
    Term("quantile", "The value below which a given part of all values lies.", MODELS, ("quantiles",)),
    Term("quote", "A figure of trucks given in the press or by an official, for a day or for several.", FLOW, ("quotes",), after=("oliver-1996",)),
    Term("resolution", "Settling a question by what came: reached, not reached, or open.", DEADLINE,
         ("resolve", "resolves", "resolved", "outcome")),
    Term("revision", "A change of past days in a later file.", MODELS, ("revisions",)),
    Term("RPS", "Ranked probability score: the Brier score summed over days by which the event may have come; lower is better.", MODELS, after=("epstein-1969",)),
    Term("SARIMAX", "Seasonal autoregressive integrated moving average with regressors: a linear model of a series on its own past.", MODELS, after=("durbin-2012",)),
    Term("scenario", "Something that may come, with a stated hazard and a stated or measured effect.", TRANSITION, ("scenarios",)),
    Term("scope", "Which trucks of a list are counted.", DATA, ("scopes",)),
    Term("semi-Markov chain", "Regimes that follow each other, each lasting a time with a law of its own.", MODELS, after=("adams-2007",)),
    Term("separate windows", "Windows of the past that share no day: the number of cases that a score really has.", MODELS,
         ("separate window",), after=("politis-1992", "patton-2009",)),
    Term("shift", "What an intervention does to the level.", TRANSITION, ("shifts",), after=("brodersen-2015",)),
    Term("skill", "The part of a reference forecast's score that is saved: 0 is no better, 1 is perfect.", MODELS),
    Term("state space", "Writing a model as a hidden state that moves from day to day, and is seen with noise.", MODELS, after=("durbin-2012",)),
    Term("threshold", "The count a day that has to be reached.", MODELS, ("thresholds",)),
    Term("track record", "How often like statements of this forecaster came true on earlier days.", DEADLINE),
    Term("UNRWA", "The United Nations agency for Palestine refugees, which lists loads as they are received inside Gaza.", DATA),
    Term("variogram score", "A score of whole paths that sees only how days differ from each other.", MODELS, ("the variogram",), after=("scheuerer-2015",)),
    Term("vintage", "A file as it was published on one day.", DATA, ("vintages",)),
    Term("weekday bootstrap", "The baseline that lets whole weeks of the last two months come again.", DEADLINE, after=("kuensch-1989",)),
    Term("window", "The days on which the target may be reached.", DEADLINE, ("windows",)),
)  # fmt: skip

GLOSSARY = Glossary("90_glossary", TERMS)
