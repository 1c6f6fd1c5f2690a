"""What a crowd means: from answers to a label for each task, and how sure it is.

Pure: no Django. `python -m political_ads.consensus LABELS.csv` runs it on a file.
"""

from political_ads.consensus.answers import Answers, Found, read_answers, read_gold
from political_ads.consensus.dawid_skene import dawid_skene
from political_ads.consensus.majority import majority
from political_ads.consensus.online import replay
from political_ads.consensus.rules import Standing, State, Tally, Verdict, posterior, verdict, weight

__all__ = [
    "Answers",
    "Found",
    "Standing",
    "State",
    "Tally",
    "Verdict",
    "dawid_skene",
    "majority",
    "posterior",
    "read_answers",
    "read_gold",
    "replay",
    "verdict",
    "weight",
]
