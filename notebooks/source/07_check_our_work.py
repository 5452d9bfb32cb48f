# %% [markdown]
# # Check our work: what came, what went wrong, and what could have been known
#
# Both questions are over. The forecasts were frozen first; only then does this page look at what came.

# %% tags=["hide-input"]
import pandas as pd

from utils import list_vintages, load_days, load_events, load_forecasts, load_lines, load_quotes, load_scores
from utils.aid.figures import plot_disagreements, plot_outcome
from utils.aid.frozen import CAUTION, EDITIONS
from utils.aid.guesses import describe_one_event, list_settled, write_caption
from utils.aid.known import describe_lists
from utils.aid.questions import ALL, DEADLINE, TRANSITION, list_questions
from utils.aid.resolution import tables
from utils.aid.resolution.disagreement import count_disagreements
from utils.aid.resolution.estimate import draw_flows, estimate_probability
from utils.aid.resolution.evidence import BASES, CEASEFIRE, COUNTS, PRIMARY, SURE
from utils.aid.resolution.months import derive_days_before_ceasefire, load_hindsight, load_months, tabulate_levels
from utils.aid.resolution.quote_bounds import bound_quotes, find_contradictions
from utils.aid.resolution.reports import list_reports
from utils.aid.resolution.settle import choose_outcomes, find_decided_by, resolve_questions
from utils.aid.scores import N_PATHS
from utils.aid.snapshots import load_snapshot
from utils.aid.sources import BY_NAME, name_sources
from utils.common.formatting import day_in_words, list_in_words, percent
from utils.course.guess_panel import show_scores
from utils.figures.outcomes import plot_against_outcome, plot_place, plot_scores
from utils.figures.style import show
from utils.publishing.prose import say, show_answer, show_questions
from utils.publishing.tables import show_provenance, show_table
from utils.questions.passage import parse_definition
from utils.verification.archive_scores import locate_in_backtest, score_record, select_backtest

# %% tags=["parameters"]
seed = 0

# %% tags=["hide-input"]
record, first_edition = load_forecasts(), load_forecasts(edition="first")
frozen = record.probabilities.set_index(["model", "question", "source", "definition", "inclusive"])["probability"].sort_index()
flows = draw_flows(seed=seed)
resolved = resolve_questions(record, flows=flows)
settled = choose_outcomes(resolved)
late = settled["question"].map(lambda name: ALL[name].window[-1] >= CEASEFIRE)
settled = settled[settled["count"].ne("truce") | late]  # the count of the truce begins with the ceasefire
came = settled.set_index(["question", "count", "definition", "inclusive"])
deadline, own, transition, unrwa_late = (came.loc[(*one, "day", False)] for one in [
    ("deadline", "cogat"), ("transition", "cogat"), ("transition", "truce"), ("transition", "unrwa")
])  # fmt: skip
task, near_task = ("transition", "cogat", "day", False), ("deadline", "cogat", "day", False)
quotes, months = load_quotes(), load_months()
trucks = quotes.set_index("id").loc[transition["evidence"], "trucks"]

# %% tags=["hide-input"]
words = {"YES": "reached", "NO": "not reached", "UNRESOLVED": "open"}
show_answer(
    "What was asked, what was forecast, and what came?",
    f"A day at {DEADLINE.threshold:g} trucks before {day_in_words(DEADLINE.closes)}: forecast {percent(frozen['pool'][near_task])}, {words[deadline['outcome']]}, on COGAT's count. Before {day_in_words(TRANSITION.closes)}: "
    f"forecast {percent(frozen['pool'][task])}; {words[transition['outcome']]} on {COUNTS['truce']}, with {trucks:.0f} on {day_in_words(transition['day'])}, the last day that counted. "
    f"On COGAT's own count the second is {words[own['outcome']]}; on UNRWA's the first was {words[came.loc[('deadline', 'unrwa', 'day', False), 'outcome']]} and the second is {words[unrwa_late['outcome']]}.",
    notes=f"This page is hindsight by design. The forecasts knew what was public on {day_in_words(record.as_of)}; the outcomes rest on all that was published later. {describe_lists()} "
    f"The first outcome is the {BASES[deadline['basis']].label}, since no list of COGAT's covers those days. One outcome is an anecdote: it cannot show that a probability was right.",
)

# %% [markdown]
# **You will** see what came, find what the forecasts missed, score them, and follow each outcome to the page that it rests on.
# **You will learn** why "did it happen?" has several answers, and how little one outcome proves. **You need** the two forecasts before it;
# about twelve minutes.
#
# Before: [Forecast the transition](06_forecast_transition_2025-01-20.ipynb) · Next: [Ask your own question](08_ask_your_own_question.ipynb)
#
# ## What came
#
# No list of COGAT's is at hand for these weeks: only single days, weekly totals and minimums, from officials through the press, and months
# that were compiled and public more than a year later. UNRWA's list ends shortly before the ceasefire. When that began, the UN passed on the
# count of Israel and of the truce's guarantors: a third basis, which is neither of the two.

# %% tags=["hide-input"]
levels = tabulate_levels(months, quotes)
quoted = {basis: bound_quotes(quotes, basis=basis) for basis in ("cogat quotes", "ceasefire count")}
unrwa, list_days = load_snapshot("unrwa"), load_days("cogat")["count"]
before = list_days[list_days >= TRANSITION.threshold]
highest = unrwa.days["count"][DEADLINE.window[0] :].max()
cogat = quoted["cogat quotes"].query("date_end >= @DEADLINE.window[0] and most < inf")
quoted_most = (cogat["most"] / ((cogat["date_end"] - cogat["date_start"]).dt.days + 1)).max()
show(
    plot_outcome(unrwa, quoted, list(ALL.values()), until="2025-01-24", months=levels),
    alt=f"Counts by day from November to January. UNRWA's stay at or below {highest:.0f}, COGAT's quoted days and means at or below {quoted_most:.0f}. "
    f"On {day_in_words(transition['day'])}, the last day before the transition, a diamond with an X stands at {trucks:.0f}, on the count of the truce's guarantors.",
    caption=f"Both windows, by whose count. COGAT's list had {len(before)} days at {TRANSITION.threshold:g} or more, all from {before.index[0]:%B} to {before.index[-1]:%B %Y}; "
    "in these windows one day is known, on another count.",
)

# %% [markdown]
# ## What went wrong
#
# On the deadline, nothing that one case could show: the flow was low, the quoted figures said so, and it stayed low. Before the transition
# the forecast gave too little to what came, and what it gave stood on the wrong days: no model of counts sees a ceasefire.

# %% tags=["hide-input"]
shown = {"pool": "pool", "pool, a pause may come": "pool-pause", "pool, shifts may come": "pool-shifts"}
curves = {name: record.find(TRANSITION, model=model) for name, model in shown.items()}
curve = curves["pool"]
eve = curve[transition["day"] - pd.Timedelta(days=1)]
show(
    plot_against_outcome(curves, TRANSITION, came=transition["day"], label=f"{trucks:.0f} trucks, {day_in_words(transition['day'])}",
                         foot=f"Source: data/forecasts, frozen, as of {day_in_words(record.as_of)}; what came: {COUNTS['truce']}."),
    alt=f"Three curves rise slowly to {list_in_words([f'{percent(one.iloc[-1])}' for one in curves.values()])} by the last day, while the line of what came stays at zero until "
    f"{day_in_words(transition['day'])} and then stands at one, with an X.",
    caption="The frozen forecasts for COGAT's count against what came on the count of the truce, the nearest to it.",
)  # fmt: skip

# %% tags=["hide-input"]
truce = load_events().query("kind == 'ceasefire'").set_index("date")["event"].loc[curve.index[0] :]
paused, shifted = (frozen[name][task] - frozen["pool"][task] for name in ("pool-pause", "pool-shifts"))
steps = [frozen[name][task] for name in ("pool-list", "pool", "pool-hindsight")]
opened, month = load_events().set_index("id").loc["2024-11-12-kissufim-opens", "date"], pd.Timedelta(days=28)
listed = load_days("unrwa")["count"][opened - month : opened + month - pd.Timedelta(days=1)]
weeks = listed[: opened - pd.Timedelta(days=1)].mean(), listed[opened:].mean()
say(
    f"**It remembered the spring.** The pool gave the transition {percent(frozen['pool'][task])} because high days had been common then. Of that, {percent(eve / curve.iloc[-1])} lay on days before the ceasefire, on none of which a figure at hand shows the target reached.\n\n"
    f"**Better counts led {'away from' if steps[0] > steps[1] > steps[2] else 'not always away from'} what came.** From COGAT's list alone the answer was {percent(steps[0])}; with the figures quoted since, {percent(steps[1])}; with all that was published later of the days before, {percent(steps[2])}. A low flow makes a high day less likely, and no count foretells a truce.\n\n"
    f"**What may come was stated, and {'helped' if paused > 0 else 'did not help'}.** Where scenarios may come, the paths no longer draw the jumps that past ones had left in the counts. With a pause at the rate of the past the answer was {percent(frozen['pool-pause'][task])}, {'nearer to' if paused > 0 else 'no nearer to'} what came, although a pause is what came. With Kissufim's opening and a closing as well it was {percent(frozen['pool-shifts'][task])}, "
    f"{'nearer, for the wrong reason' if shifted > 0 else 'no nearer'}. Kissufim opened on {day_in_words(opened)}; UNRWA's list had {weeks[0]:.0f} trucks a day in the four weeks before and {weeks[1]:.0f} in the four after.\n\n"
    f'**What could have been known.** From {day_in_words(truce.index[0])}: "{truce.iloc[0]}". Before that day the events at hand name no deal.'
)

# %% [markdown]
# ## What the forecasts scored
#
# The Brier score is the squared distance between the probability and what came, one or zero. The log score is minus the logarithm of the
# probability that was given to what came, in bits: one half costs one bit, one quarter two. Low is good in both. What stays open is not
# scored.

# %% tags=["hide-input"]
scored = score_record(record, settled)
day_scores = scored[scored["definition"].eq("day") & ~scored["inclusive"]]
whose = {"cogat": "COGAT's count", "truce": "the truce's count", "unrwa": "UNRWA's count"}
titles = {
    (row.question, row.source): f"{row.question.capitalize()}, {whose[BASES[row.basis].count]}: {words[row.outcome]}"
    for row in day_scores.drop_duplicates(["question", "source"]).itertuples()
}
late_scores = day_scores[day_scores["question"].eq("transition") & day_scores["vintage"].eq("real-time")].sort_values("brier")
best, worst = late_scores.iloc[0], late_scores.iloc[-1]
show(
    plot_scores(day_scores, titles={task[:2]: titles[task[:2]]}, sources=BY_NAME, foot="Source: data/forecasts, frozen; outcomes by the rule below."),
    alt=f"A row a forecaster, a dot at its probability and an X at one, which is what came. Nearest is the {best['label'].split(':')[0]} with {percent(best['probability'])}; "
    f"farthest is {worst['label'].split(':')[0]}, which says zero by rule; the pool stands at {percent(frozen['pool'][task])}.",
    caption="The transition, a single day, the forecasts for COGAT's count scored by the count of the truce.",
)  # fmt: skip

# %% tags=["hide-input"]
early = day_scores[day_scores["question"].eq("deadline")]
floor = 1 / record.manifest["n_paths"]
mine, no = (late_scores.set_index("model").loc[name] for name in ("pool", "always_no"))
say(
    f"Before the transition the {best['label'].split(':')[0]} scored best, {best['brier']:.2f}; the pool got {mine['brier']:.2f}, {'worse' if mine['brier'] > 0.25 else 'no worse'} than the 0.25 that one half always gets, and always no {no['brier']:.2f}. "
    f"The deadline needs no picture: on both counts every forecaster scored {early['brier'].max():.2f} or better, and always no, which says zero, best."
)

# %% tags=["hide-input"]
show_table(
    tables.tabulate_scores(day_scores, titles=titles),
    caption=f"The scores as numbers: Brier, and log in bits in brackets. Probabilities under {floor:g}, one path in {record.manifest['n_paths']:,}, count as {floor:g} in the log score: the {no['log']:.1f} bits of always no are this floor of ours and no measurement.",
    folded=True,
)
show_table(
    tables.tabulate_editions({"first": score_record(first_edition, settled).query("definition == 'day' and not inclusive"), "second": day_scores}, titles=titles),
    caption="Both editions of the forecasts: probability of a single day, with its Brier score in brackets. " + " ".join(f"{name.capitalize()}: {how}." for name, how in EDITIONS.items())
    + " A better score on two events shows no better method, least of all where its makers knew both.",
    folded=True,
)  # fmt: skip

# %% [markdown]
# ### Your guess beside them
#
# A probability that you wrote before the answers stands first if this browser kept it; else write it again.

# %% tags=["hide-input"]
judged = list_settled(record, day_scores, titles=titles)
show_scores(judged, caption=write_caption(record, day_scores))
say(describe_one_event(judged))

# %% [markdown]
# ## Where this lies in the backtest
#
# The pool's scores of these questions, among those that it got on the past at the same target, definition and length:

# %% tags=["hide-input"]
past = load_scores()
places = locate_in_backtest(day_scores, past, questions=list_questions(), series=lambda source: f"{source} all")
places = places.set_index(["question", "source"], drop=False)
panels = {
    titles[pair]: select_backtest(past, series=f"{pair[1]} all", days=row["days"], definition="day", threshold=TRANSITION.threshold, vintage="final")
    for pair, row in places.iterrows()
}  # fmt: skip

# %% tags=["hide-input"]
far, near, other = (places.loc[pair] for pair in (task[:2], near_task[:2], ("deadline", "unrwa")))
drawn = {titles[pair]: places.loc[pair] for pair in (near_task[:2], task[:2])}
beaten = {title: int((panels[title]["brier"] > row["brier"]).sum()) for title, row in drawn.items()}
show(
    plot_place({title: panels[title] for title in drawn}, drawn, sources=BY_NAME, foot=f"Pool, on the final lists cut at the origin, {N_PATHS} paths an origin; ours: data/forecasts."),
    alt=f"Two strips of dots by Brier score, with an X at ours: {near['brier']:.3f} for the deadline, where {list(beaten.values())[0]} of {near['cases']} past windows scored worse, and {far['brier']:.3f} for the transition, "
    f"where {list(beaten.values())[1] or 'none'} of {far['cases']} did.",
    caption="Each score among the pool's scores on the past of COGAT's count.",
)  # fmt: skip
say(
    f"Only {far['effective']} of the {far['cases']} long windows do not overlap, and in {far['came'] * far['cases']:.0f} of the {far['cases']} the target was reached: a low score was easy to get there. On UNRWA's count {'no' if other['came'] == 0 else 'some'} past window of {other['days']} days reached the target; every score is {panels[titles['deadline', 'unrwa']]['brier'].max():.2f} or better. "
    "Neither place shows that the forecaster is good or bad."
)

# %% [markdown]
# ## What was forecast
#
# The forecasts were frozen in files, with a hash of each, before this page read any outcome; an altered file is refused. No later data
# could enter what stands as known on the day, and tests hold the code to that.

# %% tags=["hide-input"]
n_variants = len(settled[["question", "source", "definition", "inclusive"]].drop_duplicates())
say(
    f"The record holds {len(record.models)} forecasts of {n_variants} variants of the two questions, as of {day_in_words(record.as_of)}, from {record.manifest['n_paths']:,} paths each; it was written on {day_in_words(pd.Timestamp(record.manifest['written']))} and lies in `data/forecasts`. {CAUTION}"
)
show_table(
    tables.tabulate_frozen(record),
    caption="The frozen forecasts of a single day reaching the target, the last date itself left out. Always no is zero by rule; what else reads under 1 % may be no path at all.",
    folded=True,
)

# %% [markdown]
# ## How a question is settled
#
# Each count settles by itself: the count of the truce is not COGAT's, though both are taken at the border. A list settles a question by its
# own rule, in which a missing day is never a zero. Quotes and months settle it only if every series of whole counts that fits them gives the
# same answer. An estimate is no count: it draws what the days may have been, as if the flow had run smoothly into the ceasefire, as if it
# had broken there, and as if the count of the truce told nothing, and settles only where all three are sure.

# %% tags=["hide-input"]
by_flow = settled["kind"].eq("estimate") & settled["outcome"].ne("UNRESOLVED")
truce_count, still_open = settled["count"].eq("truce"), settled["outcome"].eq("UNRESOLVED")
n_open = int((~truce_count & still_open).sum())
alone = resolved.set_index(["question", "source", "definition", "inclusive", "basis"])
order = [f"On {COUNTS[count]}: {', then '.join(BASES[name].label for name in names)}." for count, names in PRIMARY.items()]
say(
    f"The one rule: the first evidence, in this order, that is not open. {' '.join(order)} An estimate must be surer than {percent(SURE)}.\n\n"
    f"Of the {n_variants} variants, each on its own count, lists and figures settle {n_variants - int(by_flow.sum()) - n_open}, only the estimate settles {int(by_flow.sum())}, and {n_open} stay open. The count of the truce settles {int((truce_count & ~still_open).sum())} of the {int(truce_count.sum())} that it could. "
    f"That the deadline passed without a day at the target on COGAT's count is such an estimate: by quotes and months alone it {alone.loc[(*near_task, 'cogat months'), 'why']}."
)

# %% tags=["hide-input"]
for name, question in ALL.items():
    show_table(
        tables.tabulate_settled(settled, question=name),
        caption=f"How each variant before {day_in_words(question.closes)} is settled, the last date left out. Known from: the day on which what settles it was public; the reason leads to its page.",
        links={"why": "url"},
        folded=True,
    )

# %% tags=["hide-input"]
bodies = tables.tabulate_bodies(resolved)
counts = bodies[[basis.short for basis in BASES.values() if basis.kind != "estimate"]]
yes, nos = counts.eq("yes").any(axis=1), counts.eq("no").any(axis=1)
only = yes & ~nos & counts.drop(columns=BASES["ceasefire count"].short).ne("yes").all(axis=1)
say(
    f"Counts aside, there are {len(bodies)} forms of the questions. {str(int((yes & nos).sum()) or 'None').capitalize()} of them is settled as yes by one count and as no by another. That is no agreement: {int(counts.ne('open').sum(axis=1).le(1).sum())} are settled by one count at most. "
    f"In {int(only.sum())} the only yes is that of the truce's guarantors, and UNRWA's list, which stopped just before, leaves them open."
)
show_table(bodies, caption="How each body of evidence settles each form of the questions by itself.", folded=True)

# %% [markdown]
# ### The day that decides
#
# The ceasefire began one day before the transition.

# %% tags=["hide-input"]
day = transition["day"]
decided = find_decided_by(record, day=day, basis="ceasefire count")
named = list_in_words([f"before {day_in_words(ALL[row.question].closes)}, {parse_definition(row.definition).words}, the last date {'counted' if row.inclusive else 'left out'}" for row in decided.itertuples()])  # fmt: skip
say(
    f"The {trucks:.0f} of {day_in_words(day)} is the count of Israel and the truce's guarantors, passed on by OCHA. It is no count of COGAT's, on whose own the question stays {words[own['outcome']]}. Without the figures of that day one more variant would be open on every count: {named}. "
    "A ceasefire that began one day later would have left it open, or settled it as no."
)
of_the_day = quotes[quotes["date_start"].eq(day) & quotes["date_end"].eq(day)]
show_table(
    tables.tabulate_figures(of_the_day).assign(covers=of_the_day["scope"].to_numpy()),
    caption=f"Every figure quoted of {day_in_words(day)} alone, with the page it stands on. A figure of one route or donor is no count of all trucks.",
    links={"figure": "url"},
)

# %% [markdown]
# ### What a later compilation adds
#
# COGAT's months hold all routes, by land, sea and air, so that they are the most that came by land. They settle means over many days, and no
# single day. The days of January before the ceasefire follow from them by several routes; that range is ours, and nobody published it.

# %% tags=["hide-input"]
routes = derive_days_before_ceasefire(months, quotes)
week = TRANSITION.vary(definition="mean7")
smooth, broken = (estimate_probability(week, flows["cogat", reading]) for reading in ("smooth", "broken"))
say(
    f"From 1 to {day_in_words(CEASEFIRE - pd.Timedelta(days=1))} about {routes.min():,.0f} to {routes.max():,.0f} trucks crossed, or {routes.min() / (CEASEFIRE.day - 1):.0f} to {routes.max() / (CEASEFIRE.day - 1):.0f} a day. "
    f"With that, the estimate that a mean of seven days reached the target before the transition is {percent(smooth)} if the flow rose smoothly into the ceasefire, and {percent(broken)} if it broke there, from about {flows['cogat', 'broken'].attrs['effective']:.0f} separate draws."
)
listed_months = load_lines("cogat").set_index("date")["trucks"].resample("MS").sum().iloc[:-1]  # the last month is not whole
kept = months[months["date_start"].ge("2024-05-01")]
show_table(
    pd.DataFrame({"month": kept["date_start"].dt.strftime("%B %Y"), "compiled later": kept["trucks"], "our list": kept["date_start"].map(listed_months), "a day": kept["trucks"] / kept["date_end"].dt.day}),
    caption=f"COGAT's trucks by month, all routes, as compiled and published on {day_in_words(months['published'].iloc[0])} by {months['publisher'].iloc[0].split(',')[0]}, and by our list where it covers the month. February 2025 is the agreed number on every day, and may be no count.",
    formats={"compiled later": "{:,.0f}", "our list": "{:,.0f}", "a day": "{:.0f}"},
    folded=True,
)  # fmt: skip

# %% tags=["hide-input"]
behind = load_hindsight().set_index("id").loc[list(flows["cogat", "smooth"].attrs["quotes"])]
apart = pd.concat([find_contradictions(one) for one in [*quoted.values(), bound_quotes(quotes, basis="un quotes")]])
show_table(
    tables.tabulate_figures(behind),
    caption="The figures behind the estimates, each with its page, or of those derived here the page of what they are derived from. They are read together with both lists.",
    links={"figure": "url"},
    folded=True,
)
show_table(
    tables.tabulate_figures(quotes[quotes["id"].isin(apart["id"])]),
    caption="Figures set aside. No series of counts fits them together with figures published later on the same basis.",
    links={"figure": "url"},
    folded=True,
)

# %% tags=["hide-input"]
for question in ALL.values():
    show_table(
        list_reports(question).rename(columns={"whose": "whose, or what"}),
        caption=f"What was reported of the last days before {day_in_words(question.closes)}, with the page of each. Claims are those of the body named.",
        links={"report": "url"},
        folded=True,
    )

# %% [markdown]
# ## How often do the two sources disagree?
#
# On the days that both lists cover, every window of three lengths asks the same of both: does the count
# reach a threshold? Where a day that one list lacks could decide, the question is open for that list and left out of the share. A list with
# gaps can prove a yes but not a no, so that the windows left out are not like the rest.

# %% tags=["hide-input"]
disagreements = count_disagreements()
round_ones = disagreements["level"].str.startswith("q").eq(False)
target = disagreements[disagreements["threshold"].eq(DEADLINE.threshold) & disagreements["definition"].eq("day")]
short, long = target.iloc[0], target.iloc[-1]
most = disagreements[round_ones].sort_values("share").iloc[-1]
show(
    plot_disagreements(disagreements, foot="Source: the last list of each, on the days that both cover. Closed days count as no trucks."),
    alt=f"Four tables of shaded cells, thresholds by length of the window. The darkest is {percent(most['share'])}, {parse_definition(most['definition']).words}, at {most['threshold']:g} and {most['window']} days; "
    f"at {DEADLINE.threshold:g} on any one day it is {percent(short['share'])} for {short['window']} days and {percent(long['share'])} for {long['window']}.",
    caption="Share of questions that COGAT's and UNRWA's lists resolve differently.",
)  # fmt: skip

# %% tags=["hide-input"]
say(
    f"At our target, for a single day, the lists disagree on {percent(short['share'])} of windows of {short['window']} days and on {percent(long['share'])} of those of {long['window']} days that both settle. COGAT's list reached it in {long['cogat yes']} of the long ones, UNRWA's in {long['unrwa yes'] or 'none'}. Of the {long['windows']} long windows only {long['effective']} do not overlap, and {long['windows'] - long['resolved']} are open."
)
by_share = disagreements[~round_ones].assign(reached=disagreements["definition"].map(lambda name: parse_definition(name).words))
show_table(
    name_sources(
        by_share.rename(columns={"effective": "do not overlap", "cogat yes": "COGAT's yes", "unrwa yes": "UNRWA's yes"})
    )[["window", "reached", "threshold", "windows", "do not overlap", "resolved", "share", "COGAT's yes", "UNRWA's yes"]],
    caption="The same at thresholds taken from the counts themselves: their middle, and what one day in five and one in twenty exceed.",
    formats={"threshold": "{:.0f}", "share": percent},
    folded=True,
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
# ## Test yourself

# %% tags=["hide-input"]
show_questions({
    f"The pool gave {percent(frozen['pool'][task])}, and the target was {words[transition['outcome']]}. Was the forecast wrong?":
        "One outcome cannot show it. Any probability but zero and one allows for both outcomes. Whether such a probability is right shows over many "
        "statements like it, in how often they came true.",
    "Why has the second question an outcome for each count?":
        f"Three bodies counted. With {trucks:.0f} trucks on {day_in_words(transition['day'])} it is {words[transition['outcome']]} on {COUNTS['truce']}. "
        f"On COGAT's own count it is {words[own['outcome']]}, and on UNRWA's it is {words[unrwa_late['outcome']]}. What one body counted settles no other's count.",
    "Always no scored best on the first question. Should it answer the next one?":
        f"No. On the second, by the count of the truce, its Brier score was {no['brier']:.2f}. A rule that cannot change its mind scores best until "
        "the event comes, and then as badly as one can.",
})  # fmt: skip

# %% [markdown]
# ### What would change your mind
#
# A daily list of COGAT's for these weeks would replace the estimates, and could turn an outcome round. Many more questions that are settled by
# the same rule would let the scores speak of the forecaster. Two cannot.
#
# ### What to read next
#
# [Ask your own question](08_ask_your_own_question.ipynb) does all of this with another count. Three
# [exercises](exercises/07_check_our_work.ipynb) settle a question by another count and build a score.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
