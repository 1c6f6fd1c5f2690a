"""The text model: trained on what the crowd settled, used to ask first about what looks political."""

from pathlib import Path

from django.conf import settings
from django.db.models import F, Q

from political_ads.labels import Label
from political_ads.models import Creative, Task, TriageRun
from political_ads.services.queueing import reprioritise
from political_ads.triage import Model, TooFewExamplesError
from political_ads.triage import train as fit

_MOST_EXAMPLES = 50_000
_CHUNK = 2_000
# Looked at in one go; the next night goes on with what is left.
_MOST_SCORED = 200_000


def model_path() -> Path:
    """Where the model of this portal is kept."""
    return Path(settings.VAR_DIR) / "ads" / "triage.npz"


def train() -> TriageRun | None:
    """Learn from what is settled, keep the model, and order what nobody has answered; None with too few examples."""
    settled = (
        Creative.objects.filter(Q(task__state=Task.State.RETIRED) | Q(task__state=Task.State.GOLD))
        .annotate(crowd=F("task__top"), finding=F("task__finding"), known=F("gold__label"))
        .order_by("-pk")[:_MOST_EXAMPLES]
    )
    rows = settled.values_list("text", "title", "known", "finding", "crowd")
    examples = [(f"{title} {text}", known or finding or crowd) for text, title, known, finding, crowd in rows]
    examples = [(text, label) for text, label in examples if text.strip() and label]
    try:
        model, quality = fit(
            [text for text, _ in examples], [label != Label.NOT_POLITICAL for _, label in examples]
        )
    except TooFewExamplesError:
        return None
    model.save(model_path())
    return TriageRun.objects.create(
        examples_count=quality.examples,
        political_share=quality.political_share,
        accuracy=quality.accuracy,
        auc=quality.auc,
        scored_count=order_by(model),
    )


def order_by(model: Model) -> int:
    """Give every creative that nobody has answered its chance of being political; gives how many."""
    scored, last = 0, 0
    while scored < _MOST_SCORED:
        waiting = Creative.objects.filter(task__state=Task.State.OPEN, task__votes_count=0, pk__gt=last)
        rows = list(waiting.order_by("pk").values_list("pk", "title", "text")[:_CHUNK])
        if not rows:
            break
        last = rows[-1][0]
        chances = model.political([f"{title} {text}" for _, title, text in rows])
        scored += reprioritise({pk: float(chance) for (pk, _, _), chance in zip(rows, chances, strict=True)})
    return scored
