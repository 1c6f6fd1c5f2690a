"""Judging an incident together: claims and verdicts, the criteria, the techniques."""

import re
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaborate import likeness, markup
from collaborate.models import Appearance, Claim, CriterionVote, Incident, Link, LogEntry, Message, Technique
from collaborate.services import addresses, logbook, posting
from collaborate.services.refusals import RefusedError
from collaborate.speaking import in_language_of, pair
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.portal.tools import named

_CODE = re.compile(r"(?<![\w#])#?(T\d{4}(?:\.\d{3})?)\b", re.IGNORECASE)
_MARKED = re.compile(r"(?<![\w#])#(T\d{4}(?:\.\d{3})?)\b", re.IGNORECASE)

_HEARD_AGAIN = timedelta(minutes=15)
_MOST_HEARD = 100


def claim(*, incident: Incident, text: str, actor: User, message: Message | None = None) -> Claim:
    """Note something that is being spread; the same address or nearly the same words join the claim that is there.

    Raises:
        RefusedError: nothing in it.
    """
    text = text.strip()[:4_000]
    if not text:
        raise RefusedError(_("Write what is claimed, or give the address where it is."))
    links = addresses.links_of(markup.render(text, names={}, home=settings.SITE_URL).links)
    with transaction.atomic():
        addresses.keep(incident=incident, links=links)
        # One at a time in an incident, or two people would note one claim twice.
        Incident.objects.select_for_update().get(pk=incident.pk)
        words = likeness.folded(text)
        found = _joined(incident, words, links) or Claim(incident=incident, text=text, words=words)
        is_new = found.pk is None
        found.save()
        said = text if is_new else _("Met again: %(claim)s") % {"claim": found}
        told = {"claim": found.pk} if is_new else {"claim": found.pk, "words": text}
        logbook.write(incident, LogEntry.Kind.CLAIM, said, actor=actor, **told)
        _met(found, text, links, message)
    return found


def _joined(incident: Incident, words: str, links: list[Link]) -> Claim | None:
    if links:
        met = incident.claims.filter(appearances__link__in=links).order_by("pk").first()
        if met:
            return met
    for known in incident.claims.order_by("pk"):
        if likeness.is_same(known.words, words):
            return known
    texts = Appearance.objects.filter(claim__incident=incident).select_related("claim").order_by("pk")
    return next((row.claim for row in texts if likeness.is_same(likeness.folded(row.text), words)), None)


def _met(found: Claim, text: str, links: list[Link], message: Message | None) -> None:
    if message and found.appearances.filter(message=message).exists():
        return
    places: list[Link | None] = [*links] or [None]
    for link in places:
        if link and found.appearances.filter(link=link).exists():
            continue
        found.appearances.create(link=link, message=message, text=text)
        message = None


@transaction.atomic
def judge(*, claim: Claim, verdict: str, reason: str, actor: User) -> None:
    """Say what was found of a claim, and why.

    Raises:
        RefusedError: no such verdict, or a verdict without a reason.
    """
    if verdict not in Claim.Verdict.values:
        raise RefusedError(_("There is no such verdict."))
    if verdict and not reason.strip():
        raise RefusedError(_("Say why: a verdict without a reason convinces nobody."))
    row = Claim.objects.select_for_update().get(pk=claim.pk)
    row.verdict, row.reason = verdict, reason.strip()[:4_000]
    row.judged_by, row.judged_at = actor, timezone.now()
    row.save()
    text = _("“%(claim)s”: %(verdict)s. %(reason)s") % {
        "claim": row,
        "verdict": row.get_verdict_display(),
        "reason": row.reason,
    }
    logbook.write(claim.incident, LogEntry.Kind.CLAIM, text, actor=actor, claim=row.pk, verdict=verdict)
    audit.record("collaborate.judge_claim", actor=actor, on=row, verdict=verdict)


@transaction.atomic
def vote(*, incident: Incident, criterion: str, answer: str, reason: str, voter: User) -> CriterionVote:
    """Answer one criterion in the name of the voter's organisation; a later answer takes the place of the first.

    Raises:
        RefusedError: no such criterion or answer, no reason, or a voter who speaks for no organisation.
    """
    if criterion not in CriterionVote.Criterion.values or answer not in CriterionVote.Answer.values:
        raise RefusedError(_("Choose a criterion and an answer."))
    if not reason.strip():
        raise RefusedError(_("Say why: others have to be able to weigh it."))
    organisation = posting.voice_of(voter, incident.room)
    if organisation is None:
        raise RefusedError(_("Only members of an organisation answer, in its name."))
    row, _is_new = CriterionVote.objects.update_or_create(
        incident=incident,
        criterion=criterion,
        organisation=organisation,
        defaults={"answer": answer, "reason": reason.strip()[:2_000], "voter": voter, "at": timezone.now()},
    )
    text = f"{pair(row.get_criterion_display(), row.get_answer_display())}. {row.reason}"
    logbook.write(incident, LogEntry.Kind.CRITERION, text, actor=voter, criterion=criterion, answer=answer)
    audit.record("collaborate.vote", actor=voter, on=row, organisation=organisation, answer=answer)
    return row


@transaction.atomic
def propose(*, incident: Incident, code: str, actor: User, message: Message | None = None) -> Technique:
    """Say that a technique is used, by its code; what the encyclopedia knows under it is its name.

    Raises:
        RefusedError: it is no code.
    """
    match = _CODE.fullmatch(code.strip())
    if match is None:
        raise RefusedError(_("Give the code of a technique, such as T0046."))
    code = match[1].upper()
    card = named(code, actor)
    row, is_new = Technique.objects.get_or_create(
        incident=incident,
        code=code,
        defaults={
            "path": card.url if card else "",
            "name": str(card.title)[:200] if card else "",
            "proposed_by": actor,
            "message": message,
        },
    )
    if is_new:
        text = _("Technique proposed: %(name)s") % {"name": row}
        logbook.write(incident, LogEntry.Kind.TECHNIQUE, text, actor=actor, code=code)
    return row


def hear(*, message: Message) -> None:
    """Take from what was said in an incident's room: the addresses, and the techniques marked with a #."""
    incident = Incident.objects.open().filter(room=message.room_id).select_related("room").first()
    if incident is None or message.is_gone or message.author is None:
        return
    with in_language_of(incident.room):
        _take(incident, message, message.author)


def _take(incident: Incident, message: Message, author: User) -> None:
    addresses.keep(incident=incident, links=message.links.order_by("pk"))
    for code in dict.fromkeys(found.upper() for found in _MARKED.findall(message.text)):
        propose(incident=incident, code=code, actor=author, message=message)


def sweep() -> None:
    """Hear once more what was said lately, in case a worker died over it; what is known stays as it is."""
    since = timezone.now() - _HEARD_AGAIN
    rows = Message.objects.readable().filter(said_at__gt=since, text__icontains="#T", by_bot=False)
    rows = rows.filter(room__incident__isnull=False).select_related("author").order_by("pk")
    for message in rows[:_MOST_HEARD]:
        hear(message=message)


@transaction.atomic
def decide(*, technique: Technique, is_accepted: bool, actor: User) -> None:
    """Accept a technique, which then stands on its page of the encyclopedia for who may read it; or refuse it.

    Raises:
        RefusedError: who proposed it cannot accept it alone.
    """
    row = Technique.objects.select_for_update().get(pk=technique.pk)
    if is_accepted and row.proposed_by_id == actor.pk:
        raise RefusedError(_("Somebody else has to accept what you proposed."))
    state = Technique.State.ACCEPTED if is_accepted else Technique.State.REFUSED
    if row.state == state:
        return
    row.state = state
    row.decided_by, row.decided_at = actor, timezone.now()
    row.save()
    text = pair(row, row.get_state_display())
    logbook.write(
        technique.incident, LogEntry.Kind.TECHNIQUE, text, actor=actor, code=row.code, state=row.state
    )
    audit.record("collaborate.decide_technique", actor=actor, on=row, state=row.state)
