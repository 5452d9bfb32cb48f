"""How the seed's questions came out, by every body of evidence, and how often the two lists would resolve a question differently.

A question is settled on each count by itself: COGAT's, UNRWA's, and that of Israel and the truce's guarantors, which began with
the ceasefire and is neither of the two. Kinds of evidence are kept apart (`evidence.py`):

- a **list**: a publisher's own daily counts, read by `Question.resolve`;
- **quotes** of one basis: single days, totals and lower bounds (`quote_bounds.py`). Counts are whole and never negative, so
  together they leave a set of possible daily series (`feasibility.py`). If every one of them meets the question it is YES, if
  none does it is NO, and otherwise UNRESOLVED. No capacity, smoothness or habit is assumed;
- **months**: the same quotes with COGAT's months as compiled more than a year later (`months.py`), whose totals by all routes are
  the most that came by land;
- an **estimate**: draws of the flow given all that was ever published (`estimate.py`). It is no count, and decides only where it
  is surer than `SURE`, whether the flow ran smoothly through the ceasefire or broke there, and whether the count of the truce is
  taken for COGAT's or not.

`settle.py` resolves every question by every body of evidence, and settles it by the first of them, in the order of `PRIMARY`.
`reports.py` lists what was reported of a question's last days, `disagreement.py` compares the two lists.
"""
