# %% [markdown]
# # Check our work: what was forecast, what came, and what could have been known
#
# Both questions are over. The forecasts were frozen first; only then does this page look at what came.

# %% tags=["hide-input"]
import pandas as pd

from utils import backtest, list_vintages, load_days, load_events, load_forecasts, load_lines, load_quotes, load_records
from utils.aid.daily import THRESHOLDS
from utils.aid.figures import plot_disagreements, plot_outcome
from utils.aid.frozen import CAUTION, EDITIONS
from utils.aid.questions import ALL, DEADLINE, TRANSITION, list_questions
from utils.aid.resolution.disagreement import count_disagreements
from utils.aid.resolution.estimate import draw_flows, estimate_probability
from utils.aid.resolution.evidence import BASES, CEASEFIRE, COUNTS, PRIMARY, READINGS, SURE
from utils.aid.resolution.months import derive_days_before_ceasefire, load_hindsight, load_months, tabulate_levels
from utils.aid.resolution.quote_bounds import bound_quotes, find_contradictions
from utils.aid.resolution.reports import list_reports
from utils.aid.resolution.settle import choose_outcomes, find_decided_by, resolve_questions
from utils.aid.snapshots import load_snapshot
from utils.aid.sources import BY_NAME

# %% tags=["hide-input"]
from utils.common.formatting import day_in_words, percent
from utils.figures.style import show
from utils.figures.verification import plot_place, plot_scores
from utils.publishing.prose import say, show_answer
from utils.publishing.tables import show_provenance, show_table
from utils.questions.passage import DEFINITIONS, parse_definition
from utils.verification.archive_scores import locate_in_backtest, score_record, select_backtest

# %% tags=["parameters"]
step = 9
n_paths = 500
seed = 0

# %% tags=["hide-input"]
record, first_edition = load_forecasts(), load_forecasts(edition="first")
frozen = record.probabilities.set_index(["model", "question", "source", "definition", "inclusive"])["probability"].sort_index()
pool = frozen["pool"]

# %% tags=["long", "hide-input"]
flows = draw_flows(seed=seed)
resolved = resolve_questions(record, flows=flows)
settled = choose_outcomes(resolved)
late = settled["question"].map(lambda name: ALL[name].window[-1] >= CEASEFIRE)
settled = settled[settled["count"].ne("truce") | late]  # the count of the truce begins with the ceasefire
key = ["question", "source", "definition", "inclusive"]
n_variants = len(settled[key].drop_duplicates())
came = settled.set_index(["question", "count", "definition", "inclusive"])
deadline, own, transition, open_one = (came.loc[(*one, "day", False)] for one in [
    ("deadline", "cogat"), ("transition", "cogat"), ("transition", "truce"), ("transition", "unrwa")
])  # fmt: skip

# %% tags=["hide-input"]
words = {"YES": "reached", "NO": "not reached", "UNRESOLVED": "open"}
trucks = load_quotes().set_index("id").loc[transition["evidence"], "trucks"]
last_list = came.loc[("deadline", "unrwa", "day", False), "published"]
show_answer(
    "What was asked, what was forecast, and what came?",
    f"Before {day_in_words(DEADLINE.closes)}: {words[deadline['outcome']]} on COGAT's count; the forecast had been "
    f"{percent(pool['deadline', 'cogat', 'day', False])}. Before {day_in_words(TRANSITION.closes)}: {words[transition['outcome']]} on {COUNTS['truce']}, with {trucks:.0f} trucks on {day_in_words(transition['day'])}, the last day that counted, "
    f"and {words[own['outcome']]} on COGAT's own; the forecast had been {percent(pool['transition', 'cogat', 'day', False])}. On UNRWA's count: {words[came.loc[('deadline', 'unrwa', 'day', False), 'outcome']]} "
    f"before the first date, and {words[open_one['outcome']]} before the second.",
    notes=f"The first rests on the {BASES[deadline['basis']].label}: no list of COGAT's covers those days. One outcome is an anecdote. It cannot show that a probability was right, and the page shows where it lies among the windows of the past. "
    f"UNRWA's last list is of {day_in_words(last_list)} and unfinished, so its second question cannot be settled.",
)

# %% [markdown]
# **You will** read the forecasts as they were written down, settle each question by every body of evidence, follow each outcome to the
# page that it rests on, score the forecasts, and see how often the two sources would have disagreed. **You will learn** why "did it
# happen?" has several answers, and how little one outcome proves. **You need** the two forecasts before it; about fifteen minutes.
#
# Before: [Forecast the transition](06_forecast_transition_2025-01-20.ipynb) · Next: [Ask your own question](08_ask_your_own_question.ipynb)

# %% [markdown]
# ## What was forecast
#
# The forecasts were frozen in files, with a hash of each, before this page read any outcome; an altered file is refused. No later data
# could enter what stands as known on the day, and tests hold the code to that. One thing cannot be undone: the people who chose the
# method, years later, knew how it had come out. That holds of both editions: the first stays as it was frozen, and the second, by the
# method as it is now, stands beside it. This page shows the second, and further down scores both.

# %% tags=["hide-input"]
shown = record.probabilities.query("definition == 'day' and not inclusive")
shown = shown.pivot(index="model", columns=["question", "source"], values="probability").loc[record.models["model"]]
shown.columns = [f"{question}, {BY_NAME[source].title}" for question, source in shown.columns]
table = record.models.copy()
table["forecast"] = table["label"].str.split(":").str[0] + table["vintage"].map({"real-time": "", "final": ", in hindsight"})
table = table.merge(shown, on="model").assign(hash=table["sha256"].str[:8])
show_table(
    table[["forecast", *shown.columns, "hash"]],
    caption="The frozen forecasts of a single day reaching the target, the last date itself left out, and the start of each file's hash.",
    formats=dict.fromkeys(shown.columns, percent),
)

# %% tags=["hide-input"]
manifest = record.manifest
say(
    f"The record holds {len(record.rows):,} rows: {len(record.models)} forecasts of {n_variants} variants of the two questions, as of "
    f"{day_in_words(record.as_of)}, from {manifest['n_paths']:,} paths each. It was written on {day_in_words(pd.Timestamp(manifest['written']))}, "
    f"from the data package with hash {manifest['data_sha256'][:12]}; the first edition on "
    f"{day_in_words(pd.Timestamp(first_edition.manifest['written']))}. Both lie in `data/forecasts`. {CAUTION}"
)

# %% [markdown]
# ## What was counted and quoted
#
# No list on COGAT's count is at hand for these weeks. There are single days, weekly totals and minimums, from officials through the press,
# and the months, which were compiled and public more than a year later. UNRWA's list runs on, and ends shortly before the ceasefire. When
# that began, the UN passed on the count of Israel and of the truce's guarantors: a third basis, which is neither of the two.

# %% tags=["hide-input"]
quotes, months = load_quotes(), load_months()
levels = tabulate_levels(months, quotes)
quoted = {basis: bound_quotes(quotes, basis=basis) for basis in ("cogat quotes", "ceasefire count")}
show(
    plot_outcome(load_snapshot("unrwa"), quoted, list(ALL.values()), until="2025-01-24", months=levels),
    alt=f"Counts by day from November to January, all far below {TRANSITION.threshold:g}, with bars for quoted weekly means and dashed means of "
    f"months. On {day_in_words(transition['day'])}, the last day before the transition, a diamond stands at {trucks:.0f}; three higher ones follow.",
    caption="Both windows. UNRWA's squares, COGAT's quoted days and means, its months, and the third count, which begins with the ceasefire.",
)

# %% [markdown]
# ## What a later compilation adds
#
# COGAT's months were compiled from its site and published long after both questions. They hold all routes, by land, sea and air, so that
# they are the most that came by land. No forecast may read them; they serve to settle and to look back. The days of January before the
# ceasefire follow from them by three routes. That range is ours, and approximate: nobody published it.

# %% tags=["hide-input"]
ours = load_lines("cogat").set_index("date")["trucks"].resample("MS").sum()
beside = months.assign(listed=months["date_start"].map(ours), days=months["date_end"].dt.day)[
    months["date_start"].ge("2024-05-01")
]
beside["a day"] = beside["trucks"] / beside["days"]
beside["listed"] = beside["listed"].where(beside["date_end"].le(ours.index[-1]))
show_table(
    beside.assign(month=beside["date_start"].dt.strftime("%B %Y"))[["month", "trucks", "listed", "a day"]],
    caption=f"COGAT's trucks by month, all routes, as compiled and published on {day_in_words(months['published'].iloc[0])} by {months['publisher'].iloc[0].split(',')[0]}; "
    "and the same by our list, where it covers the month. February 2025 is the agreed number on every day, and may be no count.",
    formats={"trucks": "{:,.0f}", "listed": "{:,.0f}", "a day": "{:.0f}"},
)

# %% tags=["hide-input"]
routes = derive_days_before_ceasefire(months, quotes)
show_table(
    routes.rename_axis("route").reset_index(),
    caption=f"The trucks from 1 to {day_in_words(CEASEFIRE - pd.Timedelta(days=1))}, derived here by {len(routes)} routes: about {routes.min():,.0f} to {routes.max():,.0f}, "
    f"or {routes.min() / (CEASEFIRE.day - 1):.0f} to {routes.max() / (CEASEFIRE.day - 1):.0f} a day.",
    formats={"trucks": "{:,.0f}"},
)

# %% [markdown]
# ## How a question is settled
#
# Each count settles by itself: the count of the truce is not COGAT's, though both are taken at the border. Bodies of evidence are kept
# apart too. A list settles a question by its own rule, in which a missing day is never a zero. Quotes and months settle it only if every
# series of whole counts that fits them gives the same answer. An estimate is no count: it draws what the days may have been, as if the flow
# had run smoothly into the ceasefire, as if it had broken there, and as if the count of the truce told nothing, and settles only where
# all three are sure.

# %% tags=["hide-input"]
order = pd.DataFrame(
    [
        {"question on": COUNTS[count], "turn": turn, "evidence": name, "what it is": BASES[name].label}
        for count, names in PRIMARY.items()
        for turn, name in enumerate(names, 1)
    ]
)
show_table(
    order,
    caption=f"The one rule: the first evidence, in this order, that is not open. An estimate must be surer than {percent(SURE)}.",
)

# %% tags=["hide-input"]
answers = {"YES": "yes", "NO": "no", "UNRESOLVED": "open"}
reached = settled["definition"].map(lambda name: parse_definition(name).words)
settled_by = settled["basis"].where(settled["outcome"].ne("UNRESOLVED"), "nothing")
settled = settled.assign(reached=reached, **{"settled by": settled_by})
columns = ["count", "reached", "outcome", "settled by", "known from", "why", "evidence", "url"]
as_asked = settled[~settled["inclusive"]].rename(columns={"known_from": "known from"})

# %% tags=["hide-input"]
for name, question in ALL.items():
    show_table(
        as_asked.loc[as_asked["question"].eq(name), columns],
        caption=f"How the question before {day_in_words(question.closes)} is settled, the last date left out. Known from: the day on which "
        "what settles it was public. The evidence leads to its page.",
        formats={"outcome": answers.get, "count": COUNTS.get},
        links={"evidence": "url"},
    )

# %% tags=["hide-input"]
used = settled.loc[settled["kind"].isin(["quotes", "months"]), "evidence"].str.split(", ").explode()
used = used[used.ne("")].unique()
show_table(
    pd.concat([quotes, months])
    .set_index("id")
    .loc[used]
    .reset_index()[["id", "trucks", "statistic", "bound", "basis", "publisher", "published", "url"]],
    caption="The quotes and months that settle these questions, and the same with the last date counted, each with its page.",
    formats={"trucks": "{:,.0f}"},
    links={"id": "url"},
)

# %% tags=["hide-input"]
behind = load_hindsight().set_index("id").loc[list(flows["cogat", "smooth"].attrs["quotes"])].reset_index()
show_table(
    behind[["id", "trucks", "statistic", "bound", "published", "url"]],
    caption="The figures behind the estimates, each with its page, or of those derived here with the page of what they are derived from; the name begins with the days it speaks of. They are read together with both lists, whose vintages stand at the foot of this page.",
    formats={"trucks": "{:,.0f}"},
    links={"id": "url"},
)

# %% tags=["hide-input"]
by_flow = settled[settled["kind"].eq("estimate") & settled["outcome"].ne("UNRESOLVED")]
every_basis = resolved.set_index([*key, "basis"])
by_quotes = every_basis.loc[("deadline", "cogat", "day", False, "cogat months"), "why"]
truce, no_answer = settled["count"].eq("truce"), settled["outcome"].eq("UNRESOLVED")
n_open = int((~truce & no_answer).sum())
say(
    f"Of {n_variants} variants of the questions, each on its own count, lists and figures settle {n_variants - len(by_flow) - n_open}, only the estimate settles {len(by_flow)}, and {n_open} stay "
    f"open. The count of the truce settles {int((truce & ~no_answer).sum())} of the {int(truce.sum())} that it could. "
    f"That the deadline passed without a day at the target on COGAT's count is such an estimate: by quotes and months alone it {by_quotes}."
)

# %% tags=["hide-input"]
added = every_basis.xs("cogat months", level="basis")
added = added[added["outcome"].ne(every_basis.xs("cogat quotes", level="basis")["outcome"])].reset_index()
added["reached"] = added["definition"].map(lambda name: parse_definition(name).words)
added["last date"] = added["inclusive"].map({True: "counts", False: "left out"})
show_table(
    added[["question", "reached", "last date", "outcome", "why", "known_from"]].rename(columns={"known_from": "known from"}),
    caption="What the months settle that the quotes left open. A month tells of a sum: it settles means over many days, and no single day.",
    formats={"outcome": answers.get},
)

# %% tags=["long", "hide-input"]
earlier = draw_flows(seed=seed, quotes=quotes)
week_question = TRANSITION.vary(definition="mean7")
readings = {"smooth": "ran smoothly into the ceasefire", "broken": "broke there", "apart": "is read without the truce's count"}
weeks = pd.DataFrame(
    {
        name: {readings[one]: estimate_probability(week_question, drawn["cogat", one]) for one in READINGS}
        for name, drawn in {"by quotes alone": earlier, "with the months": flows}.items()
    }
)
show_table(
    weeks.rename_axis("if the flow").reset_index(),
    caption=f"Estimated probability that trucks {week_question.event}, {week_question.end}, on COGAT's count.",
    formats=dict.fromkeys(weeks, percent),
)

# %% tags=["hide-input"]
effective = flows["cogat", "broken"].attrs["effective"]
say(
    f"Whether the mean of seven days reached it before the transition {'stays open' if came.loc[('transition', 'cogat', 'mean7', False), 'outcome'] == 'UNRESOLVED' else 'is settled by this estimate'}. With the months and the derived days of January "
    f"the estimate is {percent(weeks['with the months'].iloc[0])} if the flow rose smoothly into the ceasefire, where it had been {percent(weeks['by quotes alone'].iloc[0])}, and {percent(weeks['with the months'].iloc[1])} if it "
    f"broke there, from about {effective:.0f} separate draws. What came in none of them may still have a probability of {percent(3 / effective)}."
)

# %% [markdown]
# ## Every body of evidence by itself
#
# The same questions, and how each body of evidence alone would settle them. Where two of them settle one question differently, the choice of
# source is the answer.

# %% tags=["hide-input"]
alone = resolved.pivot(index=["question", "definition", "inclusive"], columns="basis", values="outcome")[list(BASES)]
alone = alone.reindex(pd.MultiIndex.from_product([list(ALL), DEFINITIONS, [False, True]], names=alone.index.names)).reset_index()
alone["reached"] = alone.pop("definition").map(lambda name: parse_definition(name).words)
alone["last date"] = alone.pop("inclusive").map({True: "counts", False: "left out"})
outcome_columns = list(BASES)
show_table(
    alone[["question", "reached", "last date", *outcome_columns]],
    caption="How each body of evidence settles each question by itself.",
    formats=dict.fromkeys(outcome_columns, answers.get),
)

# %% tags=["hide-input"]
counts = alone[[name for name in outcome_columns if BASES[name].kind != "estimate"]]
against = int((counts.eq("YES").any(axis=1) & counts.eq("NO").any(axis=1)).sum())
only = counts.eq("YES").any(axis=1) & ~counts.eq("NO").any(axis=1) & counts.drop(columns="ceasefire count").ne("YES").all(axis=1)
say(
    f"In {against or 'none'} of these {len(alone)} forms does one count settle the question as yes and another as no. That is no agreement: {int(counts.ne('UNRESOLVED').sum(axis=1).le(1).sum())} of them are settled by one count "
    f"at most. In {int(only.sum())} the only yes is that of the count of the truce's guarantors, and UNRWA's list, which stopped just before, leaves them open."
)

# %% [markdown]
# ## The day that decides
#
# The ceasefire began one day before the transition. The figures of that one day, and whose they are:

# %% tags=["hide-input"]
day = transition["day"]
of_the_day = quotes[quotes["date_start"].eq(day) & quotes["date_end"].eq(day)]
show_table(
    of_the_day[["id", "trucks", "bound", "basis", "scope", "publisher", "published", "url"]],
    caption=f"Every figure quoted of {day_in_words(day)} alone, with the page it stands on. OCHA passed on the count of Israel and the guarantors.",
    formats={"trucks": "{:.0f}"},
    links={"id": "url"},
)

# %% tags=["hide-input"]
decided = find_decided_by(record, day=day, basis="ceasefire count")
named = "; ".join(
    f"before {day_in_words(ALL[row.question].closes)}, {parse_definition(row.definition).words}, the last date {'counted' if row.inclusive else 'left out'}"
    for row in decided.itertuples()
)
later = quotes[
    quotes["basis"].eq("Israel and guarantors")
    & quotes["date_start"].eq(day + pd.Timedelta(days=1))
    & quotes["statistic"].eq("total")
]["trucks"].iloc[0]
say(
    f"The {trucks:.0f} of {day_in_words(day)} is the count of Israel and the truce's guarantors, passed on by OCHA. It is no count of COGAT's, on whose own the question stays {words[own['outcome']]}. Without the figures of that day, {len(decided)} of the {n_variants} "
    f"variants of the questions would be open on every count: {named}. If the last date itself counted, the {later:.0f} of the day after would settle it as well. "
    "A ceasefire that began one day later would have left it open, or settled it as no."
)

# %% tags=["hide-input"]
pieces = [
    find_contradictions(bounds).assign(basis=basis)
    for basis, bounds in {**quoted, "un quotes": bound_quotes(quotes, basis="un quotes")}.items()
]
aside = pd.concat(pieces, ignore_index=True).merge(quotes[["id", "publisher", "url"]], on="id")
show_table(
    aside[["id", "basis", "date_start", "date_end", "least", "most", "published", "publisher", "url"]],
    caption="Quotes set aside, since no series of counts fits them together with quotes published later on the same basis. Least and most: trucks in total.",
    formats={"least": "{:,.0f}", "most": "{:,.0f}"},
    links={"id": "url"},
)

# %% [markdown]
# ## Scores of the forecasts
#
# The Brier score is the squared distance between the probability and what came, one or nought. The log score is minus the logarithm of the
# probability that was given to what came, in bits: one half costs one bit, one quarter two. Low is good in both. What stays open is not scored.

# %% tags=["hide-input"]
scored = score_record(record, settled)
day_scores = scored[scored["definition"].eq("day") & ~scored["inclusive"]]
whose = {"cogat": "COGAT", "truce": "the truce's count", "unrwa": "UNRWA"}
titles = {
    (row.question, row.source): f"{row.question}, {whose[BASES[row.basis].count]}: {words[row.outcome]}"
    for row in day_scores.drop_duplicates(["question", "source"]).itertuples()
}
show(
    plot_scores(day_scores, titles=titles, sources=BY_NAME, foot="Source: data/forecasts, frozen; outcomes by the rule above."),
    alt="Three panels with a row a forecaster. In both deadline panels all dots lie near nought; in the transition panel they spread from the base "
    "rate on the left to always no at one.",
    caption="Brier scores of a single day reaching the target, on the day and in hindsight. The second question is open on UNRWA's count and on "
    "COGAT's own: the forecasts for COGAT's count are scored by the count of the truce.",
)

# %% tags=["hide-input"]
for score, unit in {"brier": "Brier score", "log": "Log score, in bits"}.items():
    wide = day_scores.pivot(index="model", columns=["question", "source"], values=score)
    wide.columns = [titles[column] for column in wide.columns]
    show_table(
        table[["model", "forecast"]].merge(wide, on="model").drop(columns="model"),
        caption=f"The same as numbers: {unit}.",
        formats=dict.fromkeys(wide.columns, "{:.3f}" if score == "brier" else "{:.2f}"),
    )

# %% tags=["hide-input"]
every = score_record(record, resolved)
mean = (
    every.groupby(["model", "basis"])["brier"]
    .mean()
    .unstack("basis")
    .reindex(columns=[name for name in BASES if name in set(every["basis"])])
)
size = every[every["model"].eq("pool")].groupby("basis").size()
mean.columns = [f"{name} ({size[name]})" for name in mean.columns]
show_table(
    table[["model", "forecast"]].merge(mean, on="model").drop(columns="model"),
    caption="Mean Brier score of each forecast by the evidence that settles, with the number of questions in brackets. They are variants of two "
    "events, not separate cases, and the estimate is our own.",
    formats=dict.fromkeys(mean.columns, "{:.3f}"),
)

# %% tags=["hide-input"]
best = day_scores[day_scores["question"].eq("transition") & day_scores["vintage"].eq("real-time")].sort_values("brier").iloc[0]
mine = day_scores.set_index(["model", "question", "source"]).loc[("pool", "transition", "cogat")]
no = day_scores.set_index(["model", "question", "source"]).loc[("always_no", "transition", "cogat")]
say(
    f"Before the transition, “{best['label'].split(':')[0]}” came out best, with {best['brier']:.2f}; its probability had been {percent(best['probability'])}. The pool got {mine['brier']:.2f}, "
    f"{'worse' if mine['brier'] > 0.25 else 'no worse'} than the 0.25 that one half always gets; always no got {no['brier']:.2f}. Before the deadline always no came out best: "
    "what is best on one event is worst on the other. Two events cannot rank forecasters."
)

# %% [markdown]
# ## Both editions
#
# What changed from the first edition to the second, and what it did to the answers and their scores. A better score on two events
# shows no better method, least of all where its makers knew both; the backtest is where the two can be told apart.

# %% tags=["hide-input"]
editions = {"first": score_record(first_edition, settled), "second": scored}
both = pd.concat([one.assign(edition=name) for name, one in editions.items()])
both = both[both["definition"].eq("day") & ~both["inclusive"] & both["model"].str.startswith("pool")]
both["asked"] = [titles[row.question, row.source] for row in both.itertuples()]

# %% tags=["hide-input"]
wide = both.pivot(index="model", columns=["asked", "edition"], values=["probability", "brier"])
cells = {
    f"{asked}, {edition}": [
        f"{percent(wide.loc[model, ('probability', asked, edition)])} ({wide.loc[model, ('brier', asked, edition)]:.3f})"
        for model in wide.index
    ]
    for asked in dict.fromkeys(both["asked"])
    for edition in editions
}
show_table(
    table[["model", "forecast"]].merge(pd.DataFrame(cells, wide.index), on="model").drop(columns="model"),
    caption="Probability of a single day reaching the target in both editions, with the Brier score in brackets. "
    + " ".join(f"{name.capitalize()}: {how}." for name, how in EDITIONS.items()),
)

# %% [markdown]
# ## Where this lies in the backtest
#
# The pool was tried on the past too. Its scores on these questions, among those that it got there at the same target, definition and length:

# %% tags=["hide-input"]
options = dict(thresholds=THRESHOLDS, step=step, n_paths=n_paths, seed=seed, progress=False)
past = backtest(load_records(scopes=["all"]), models=["default"], **options)
places = locate_in_backtest(day_scores, past, questions=list_questions(), series=lambda source: f"{source} all")
ours = {titles[row["question"], row["source"]]: row for _, row in places.iterrows()}
panels = {
    title: select_backtest(
        past,
        series=f"{row['source']} all",
        days=row["days"],
        definition="day",
        threshold=TRANSITION.threshold,
        vintage="final",
    )
    for title, row in ours.items()
}

# %% tags=["hide-input"]
show(
    plot_place(
        panels,
        ours,
        sources=BY_NAME,
        foot=f"Pool, on the final lists cut at the origin, {n_paths} paths an origin, as in the backtest's own page; ours: data/forecasts.",
    ),
    alt="Three strips of dots from nought to one with a line at our score: near nought in both deadline strips, at about a quarter in the transition's.",
    caption="Where each score lies among the pool's scores on the past of COGAT's count, or of UNRWA's. Filled dots are windows in which it came.",
)

# %% tags=["hide-input"]
far = places.set_index(["question", "source"]).loc[("transition", "cogat")]
near = places.set_index(["question", "source"]).loc[("deadline", "cogat")]
say(
    f"The deadline's score is better than {percent(near['worse'])} of {near['cases']} past windows. The transition's is better than {percent(far['worse'])} of {far['cases']}, of which only "
    f"{far['effective']} do not overlap, and in {percent(far['came'])} of them the target was reached. Neither place shows that the forecaster is good or bad."
)

# %% [markdown]
# ## How often do the two sources disagree?
#
# Our two questions are two of many. On the days that both lists cover, every window of three lengths asks the same of both: does the count
# reach a threshold? Where a day that one list lacks could decide, the question is open for that list and left out of the share. A list with
# gaps can prove a yes but not a no, so that the windows left out are not like the rest.

# %% tags=["hide-input"]
disagreements = count_disagreements()
show(
    plot_disagreements(
        disagreements, foot="Source: the last list of each, on the days that both cover. Closed days count as no trucks."
    ),
    alt="Four tables of shaded cells, thresholds by length of the window. The shading is darkest for single days and runs of days at middle and high "
    "thresholds; for means over days it is darkest at middle ones.",
    caption="Share of questions that COGAT's and UNRWA's lists resolve differently.",
)

# %% tags=["hide-input"]
target = disagreements[disagreements["threshold"].eq(DEADLINE.threshold) & disagreements["definition"].eq("day")]
short, long = target.iloc[0], target.iloc[-1]
round_ones = disagreements[~disagreements["level"].str.startswith("q")]
say(
    f"At our target, for a single day, the lists disagree on {percent(short['share'])} of windows of {short['window']} days and on {percent(long['share'])} of those of {long['window']} days "
    f"that both settle. COGAT's list reached it in {long['cogat yes']} of the long ones, UNRWA's in {long['unrwa yes'] or 'none'}. Of the {long['windows']} long windows only {long['effective']} do not overlap, and "
    f"{long['windows'] - long['resolved']} are open. Over all windows, definitions and round thresholds it is {percent(round_ones['differ'].sum() / round_ones['resolved'].sum())}: thresholds that both always or never reach are among them."
)

# %% tags=["hide-input"]
by_share = disagreements[disagreements["level"].str.startswith("q")].copy()
by_share["reached"] = by_share["definition"].map(lambda name: parse_definition(name).words)
show_table(
    by_share[["window", "reached", "threshold", "windows", "effective", "resolved", "share", "cogat yes", "unrwa yes"]],
    caption="The same at thresholds taken from the counts themselves: their middle, and what one day in five and one in twenty exceed.",
    formats={"threshold": "{:.0f}", "share": percent},
)

# %% [markdown]
# ## What went wrong, and what could have been known
#
# The pool cannot see a ceasefire. It gave the transition about even odds for another reason: it remembered the spring, when high days
# were common. Its probabilities by day show it.

# %% tags=["hide-input"]
curve = record.find(TRANSITION, model="pool")
eve = curve[transition["day"] - pd.Timedelta(days=1)]
truce = load_events().query("kind == 'ceasefire'").set_index("date")["event"].loc[curve.index[0] :]
agreed = truce.index[0]
say(
    f"Of its {percent(curve.attrs['probability'])}, the pool had spent {percent(eve / curve.attrs['probability'])} on days before the ceasefire, on none of which a figure at hand shows the target reached. "
    f"It gave {percent(curve.iloc[-1] - eve)} to {day_in_words(transition['day'])} being the first such day. What came, came from outside of what it models. "
    f'From {day_in_words(agreed)}, anyone could have known better: "{truce.iloc[0]}". Before that day the events at hand name no deal.'
)

# %% tags=["hide-input"]
for question in ALL.values():
    reports = list_reports(question)
    show_table(
        reports,
        caption=f"What was reported of the last days before {day_in_words(question.closes)}: figures quoted of them and events, with the page of each. "
        "Claims are those of the body named.",
        links={"report": "url"},
    )

# %% tags=["hide-input"]
steps = [frozen[name][("transition", "cogat", "day", False)] for name in ("pool-list", "pool", "pool-hindsight")]
short = [frozen[name][("deadline", "cogat", "day", False)] for name in ("pool-list", "pool", "pool-hindsight")]
away = transition["outcome"] == "YES" and steps[0] > steps[1] > steps[2]
say(
    f"Why did the answer move? From COGAT's list alone, which ends in late summer, the pool gives the transition {percent(steps[0])}. The figures quoted since show a low autumn, "
    f"and bring it to {percent(steps[1])}; every list and figure published later of the days before the question brings it to {percent(steps[2])}. For the deadline the steps are "
    f"{percent(short[0])}, {percent(short[1])} and {percent(short[2])}. {'Before the transition each step led away from what came' if away else 'The steps did not all lead one way'}: better counts "
    "of a low flow make a high day less likely, and none of them foretells a ceasefire. What was missing was no count but a hazard. "
    "For the deadline nothing went wrong that one case could show: the flow was low, the quotes showed it, and it stayed low."
)

# %% [markdown]
# ## What the stated hazards would have given
#
# The record also holds two forecasts in which something may come. Both were nearer to what came before the transition. Being nearer is
# not being right: what each one added has to be held against what happened.

# %% tags=["hide-input"]
task = ("transition", "cogat", "day", False)
paused, shifted = frozen["pool-pause"][task], frozen["pool-shifts"][task]
unrwa = load_days("unrwa")["count"]
opened = load_events().set_index("id").loc["2024-11-12-kissufim-opens", "date"]
month = pd.Timedelta(days=28)
before, after = (
    unrwa[opened - month : opened - pd.Timedelta(days=1)].mean(),
    unrwa[opened : opened + month - pd.Timedelta(days=1)].mean(),
)
say(
    f"With a pause that comes at the rate of the past, the answer for the transition was {percent(paused)} instead of {percent(pool[task])}; a pause came, on the last day, and the target "
    f"with it. That is the right reason; but the rate of the past, which is all that the record gives, moved the answer by {100 * (paused - pool[task]):.0f} points only. With Kissufim and a closing counted in as well it was {percent(shifted)}: nearer still, mostly for a reason that "
    f"did not hold. Kissufim opened on {day_in_words(opened)}, and on UNRWA's list the four weeks before it had {before:.0f} trucks a day, the four weeks after {after:.0f}. A crossing more was no step "
    f"like that of Kerem Shalom. For the deadline, the same scenario had lifted the answer from {percent(pool['deadline', 'cogat', 'day', False])} to {percent(frozen['pool-shifts'][('deadline', 'cogat', 'day', False)])}, away from what came."
)

# %% [markdown]
# ## Limits
#
# Two events are two anecdotes, and the many variants of the questions are not more events. The count that settles the second question is a third
# basis and not COGAT's; no single day is at hand that both counted. COGAT's months were read from a later compilation, not from COGAT, and a
# month of the truce may follow the agreement. The estimate that settles most variants of the first is our own flow, with
# few separate draws behind it. Figures called approximate were given a margin by judgement. A report of a day is known
# only as far as the page that printed it. And whoever chose the method had read the outcome before.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
