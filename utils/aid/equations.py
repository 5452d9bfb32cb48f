"""The models of the pages in equations, in one notation: the nowcast, the forecasters, the scores, and what may come."""

from __future__ import annotations

from ..publishing.equations import Equation, Symbol

#: Where the table of symbols stands.
NOTATION_AT = "90_glossary.ipynb#Notation"

NOWCAST = (
    Equation("√(y_t) = e^(a_t) + ε_t", "The root of COGAT's count is its mean, which is never negative, and the irregular part of the day, whose tails are heavy.",
             ("harvey-1989", "lange-1989")),
    Equation("a_t = λ_t + c_t + w_t + χ h_t", "The mean has a slow level, a deviation that passes, the weekday's effect, and that of a holiday that "
             "shuts the crossings."),
    Equation('λ_(t+1) = λ_t + ζ_t " and " c_(t+1) = φ c_t + ξ_t', "The level wanders; the deviation loses a part of itself each day.", ("harvey-1989",)),
    Equation("√(u_t) = e^(λ_t + c_t + ρ_t + v_t) + θ ε_(t−1) + η_t", "UNRWA's count follows the same level, by a ratio that drifts, with weekdays of "
             "its own and a part of what was left over the day before."),
    Equation("Q = ∑_(t ∈ S) y_t + e", "A quote is the sum over its days, with an error; a path of the flow is drawn given all quotes.",
             ("oliver-1996", "bell-1994")),
)  # fmt: skip

POOL = (
    Equation("m_t = ℓ_t f_d", "The mean of a day is the level times the factor of its weekday.", ("hyndman-2008",)),
    Equation("y_t = m_t + m_t^κ z_t", "Steady smoothing: a day is its mean and an innovation, which grows with the mean as the power says.",
             ("hyndman-2008",)),
    Equation("ℓ_(t+1) = k (ℓ_t + α (y_t − m_t) / f_d) + g", "The level takes in a part of what was not expected (with a bound on quiet weekdays), and drifts overnight: it returns, stays, "
             "follows a line or grows.", ("hyndman-2008", "ferland-2006")),
    Equation("z_t = z_s τ_n / τ_s", "An innovation to come is one of the past, drawn with recent days more likely, brought to the spread of today.",
             ("barone-adesi-1999",)),
    Equation("y_t = ℓ_t e^(δ_w) + r_(s+j)", "Week residuals: a day is the level, moved by weekly changes of the past, and the residual of the same day in "
             "a past week.", ("kuensch-1989",)),
    Equation('P(A) = ½ P_1(A) + ½ P_2(A) " with " P_i(A) = ∑_j π_(i j) P_(i j)(A)', "The pool mixes the paths of both members in equal shares, and within a "
             "member those of its settings by weights that the past gave them."),
)  # fmt: skip

BESIDE = (
    Equation("ℓ_(t+1) = φ (ℓ_t + α (y_t − m_t) / f_d) + (1 − φ) Λ_t", "Negative binomial: the level takes in a part of what was not expected, and returns "
             "overnight towards the mean of all levels so far. A day known to be closed moves nothing and has a factor of its own.", ("ferland-2006",)),
    Equation('y_t ∼ (1 − ω) NB(4 U_t, ψ) + ω NB(U_t, 2) " with " U_t = m_t / (4 − 3 ω)', "A day is negative binomial. A share of days is disrupted: these have a "
             "quarter of the mean of the others. Over both the mean is that of the day.", ("zhu-2011",)),
    Equation("P(G_(t+1) = 0) = 1 / J", "Level shifts: on every day the run of days at one level may end, with the same probability.", ("adams-2007",)),
    Equation("P(G | y_t) ∝ P(G) Student(√(y_t / f_d) − Ψ_G)", "How long the run has lasted is inferred day by day. An age is the likelier the nearer the day lies to the "
             "mean of a run so old; the distribution has heavy tails, so that one odd day is no shift.", ("adams-2007",)),
    Equation("log(ℓ_(t+1)) = ½ log(ℓ_t) + ½ (log(ℓ_s) + ζ_t)", "On a shift the level goes half-way, in logs, to the level of a past day, with some scatter. On other days it "
             "stays."),
    Equation("y_t = m_t y_s / m_s", "A day to come is its mean, times what a past day had over its own; recent days are drawn more often."),
)  # fmt: skip

LINEAR = (
    Equation("√(y_t + 0.375) = w_t + χ h_t + c_t", "SARIMAX: on the root scale a day has the mean of its weekday, the effect of a closed day, and a deviation.",
             ("anscombe-1948",)),
    Equation("c_t = φ c_(t−1) + ξ_t + θ ξ_(t−1)", "The deviation loses a part of itself each day, and keeps a part of the last step. The parameters are drawn, from the "
             "normal distribution about those of the highest likelihood.", ("durbin-2012",)),
    Equation('√(y_t + 0.375) = λ_t + w_t + χ h_t + ε_t " with " λ_(t+1) = λ_t + ζ_t', "Structural model: a level that wanders, the weekday, a closed day, and noise.",
             ("harvey-1989",)),
    Equation('√(y_t + 0.375) = λ_t + w_t + ε_t " with " λ_(t+1) = λ_t + α ε_t', "Exponential smoothing: the noise of a day moves the level.", ("hyndman-2008",)),
    Equation("w_(t+7) = w_t + α′ ε_t", "It also moves the effect of its weekday, as it will be a week later.", ("hyndman-2008",)),
)  # fmt: skip

SCORES = (
    Equation("B = (p − o)^2", "Brier score: the squared distance of the probability from what came.", ("brier-1950",)),
    Equation("L = −log_2(o p + (1 − o)(1 − p))", "Log score: minus the logarithm of the probability that was given to what came, in bits.",
             ("good-1952",)),
    Equation("C = E|X − x| − ½ E|X − X′|", "CRPS: how far simulated values lie from what came, less half of how far they lie from each other.",
             ("gneiting-2007",)),
    Equation("K = 1 − M / M_0", "Skill: the part of the mean score of a reference that is saved.", ("murphy-1973",)),
)  # fmt: skip

COMING = (
    Equation("√(y_t) = e^(μ_t + w_t + ½ β x_t) + ε_t", "An intervention adds to a level that wanders; the exponential of its effect is the flow with it over the "
             "flow without it.", ("box-1975", "brodersen-2015")),
    Equation("x_t = min(1, max(0, (t − T − D + 1) / R))", "The effect begins some days after the date, and grows along a line to its full size.",
             ("box-1975",)),
    Equation('b_i ∼ N(β_i, s_i^2) " with " β_i ∼ N(ν, (1 − γ) σ^2) " and " ν ∼ N(0, γ σ^2)', "What was measured is the true effect and an error; true effects of a kind "
             "differ about its mean, which lies about no change. From this law the next effect is drawn.", ("rubin-1981", "gelman-2006")),
    Equation("q = 1 − (N / (N + H))^(n + ½)", "The probability of one or more within the days ahead, after so many in the days of the record.",
             ("jeffreys-1961",)),
    Equation("P(A) = ∑_j P(C_j) P(A | C_j)", "The answer sums over what may come: the probability of each way, times that of the event if it comes."),
)  # fmt: skip

NOTATION = (
    Symbol("t, s", "a day; a day of the past that is drawn again"),
    Symbol("n", "today, the last day seen; in the rate of what may come, how often it came"),
    Symbol("d", "weekday of the day"),
    Symbol("w, j", "a week to come; a day of the week, a setting, or a way in which things come"),
    Symbol("i", "a case that was measured, or a member of the pool"),
    Symbol("y_t", "count of the day: COGAT's, or that which is forecast", "trucks"),
    Symbol("u_t", "UNRWA's count of the day", "trucks"),
    Symbol("e", "base of the exponential; by itself the error of a quote", "trucks"),
    Symbol("a_t", "log of the mean root of the day"),
    Symbol(
        "λ_t, μ_t",
        "slow level: in the nowcast and around an intervention the log of the root; in the structural models the root itself",
    ),
    Symbol("c_t", "deviation from the level that passes"),
    Symbol("φ", "part of a deviation, of the level or from it, that is left after a day"),
    Symbol("ζ_t, ξ_t", "steps of the level (on a shift, its scatter) and of the deviation"),
    Symbol("w_t, v_t", "effects of the weekday on COGAT's count, or that which is forecast, and on UNRWA's"),
    Symbol("χ, h_t", "effect of a holiday that shuts the crossings; 1 on such a day, else 0"),
    Symbol("ε_t, η_t", "irregular part of the day on COGAT's and on UNRWA's count", "root of trucks"),
    Symbol("ρ_t", "half the log of the ratio of UNRWA's count to COGAT's"),
    Symbol("θ", "part of what came the day before that shows again: of COGAT's irregular part, of a step"),
    Symbol("Q, S", "a quoted figure, and its days", "trucks, days"),
    Symbol("m_t", "mean that is expected of the day", "trucks"),
    Symbol("ℓ_t", "level of the pool's members", "trucks"),
    Symbol("f_d", "factor of the weekday, one on average"),
    Symbol("α, α′", "gains: the part of what was not expected that enters the level, and the effect of the weekday"),
    Symbol("k, g", "what a night keeps of the level, and what it adds", "–, trucks"),
    Symbol("κ", "power of the mean that innovations grow by: none, a half or one"),
    Symbol("z_t", "innovation, over the mean to that power"),
    Symbol("τ_s", "running spread of the innovations after a day"),
    Symbol("Λ_t", "mean of all levels so far", "trucks"),
    Symbol(
        "NB(m, ψ)", "negative-binomial distribution with the mean m and the size ψ: the variance is m and the square of m over ψ"
    ),
    Symbol("ω, U_t", "share of days that are disrupted; mean of such a day", "–, trucks"),
    Symbol("G, J", "days that the present run has lasted; days that a run lasts on average", "days"),
    Symbol("Ψ_G", "mean root of the counts of a run so old, over their weekdays' factors", "root of trucks"),
    Symbol("δ_w", "log of the level in a week to come over the level that only drifts"),
    Symbol("r_s", "residual of a past day from the level of its time, brought to the spread of today", "trucks"),
    Symbol("P, A", "probability, and the event that is asked about"),
    Symbol("π_(i j)", "weight of a setting of a member"),
    Symbol("B, L, C", "Brier score, log score, CRPS; with an index C is a way in which things come", "–, bits, trucks"),
    Symbol("p, o", "probability given; 1 if the event came, else 0"),
    Symbol("X, X′, x", "two values simulated independently, and the value that came", "trucks"),
    Symbol("E", "mean over what is simulated"),
    Symbol("K, M, M_0", "skill; mean score of a forecaster, and of the reference"),
    Symbol("x_t", "part of an intervention's effect that shows on the day, 0 to 1"),
    Symbol("T, D, R", "date of the intervention, days until it shows, days until its full effect", "days"),
    Symbol("β, b_i", "effect, log of the flow with over the flow without it: true and measured"),
    Symbol("s_i", "standard deviation of the error of a measured effect"),
    Symbol(
        "ν, σ, γ",
        "mean effect of a kind, spread of true effects about no change, and the part of its square that lies between kinds",
    ),
    Symbol(
        "N", "days of the record; before brackets with two numbers, the normal distribution with that mean and variance", "days"
    ),
    Symbol("q, H", "probability of one or more to come, and the days ahead", "–, days"),
)
