"""The demo's incident: invented, in progress, with claims, answers that disagree, a request whose clock runs."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation

from collaborate.models import Incident, Participant, Room, Takedown
from collaborate.services import incidents, posting, qualifying, takedowns
from collaborate.services.refusals import RefusedError
from disinfo.accounts.models import User

_SLUGS = {"fr": "incident-bureau-de-vote", "en": "incident-polling-station"}
_NAMES = {"fr": "Vidéo du bureau de vote", "en": "Video of a polling station"}
_CLAIMS = {
    "fr": (
        "Les urnes du bureau 12 ont disparu avant le dépouillement : https://chirper.example/video/48151",
        "Les urnes du bureau 12 avaient disparu avant le dépouillement !",
        "L’affiche prouve que la vidéo est de cette année.",
    ),
    "en": (
        "The ballot boxes of station 12 vanished before the count: https://chirper.example/video/48152",
        "The ballot boxes of station 12 had vanished before the count!",
        "The poster shows that the video is of this year.",
    ),
}
_REASONS = {
    "fr": (
        "Plus de 5 000 partages en trois heures.",
        "Une quarantaine de comptes publient la même légende à la minute.",
        "Nos lecteurs la partagent aussi d’eux-mêmes : rien d’artificiel de ce que nous voyons.",
        "L’affiche au mur date d’un scrutin de 2019.",
    ),
    "en": (
        "More than 5,000 shares in three hours.",
        "Some forty accounts post the same caption within a minute.",
        "Our readers share it of their own accord: nothing artificial in what we see.",
        "The poster on the wall is of an election in 2019.",
    ),
}
_PRACTICE = {"fr": "/encyclopedia/fr/archive-first/", "en": "/encyclopedia/en/archive-first/"}


def load(*, people: Mapping[str, User], say: Callable[[str], object]) -> None:
    """One incident in each language, unless they are there: what people did since is left alone."""
    for language, slug in _SLUGS.items():
        if not Room.objects.filter(slug=slug).exists():
            say(f"incident {_NAMES[language]}")
            with transaction.atomic(), translation.override(language):
                _load(language, slug, people)


def _load(language: str, slug: str, people: Mapping[str, User]) -> None:
    editor, regulator = people["editor"], people["regulator"]
    incident = incidents.open_new(opener=editor, name=_NAMES[language])
    Room.objects.filter(pk=incident.room_id).update(slug=slug)
    incident.room.slug = slug
    for key in ("regulator", "member"):
        Participant.objects.get_or_create(room=incident.room, user=people[key])
    detected = timezone.now() - timedelta(minutes=95)
    Incident.objects.filter(pk=incident.pk).update(detected_at=detected, severity=Incident.Severity.HIGH)
    incident.refresh_from_db()
    first, again, poster = _CLAIMS[language]
    claim = qualifying.claim(incident=incident, text=first, actor=editor)
    qualifying.claim(incident=incident, text=again, actor=regulator)
    qualifying.judge(claim=claim, verdict="misleading", reason=_REASONS[language][3], actor=regulator)
    qualifying.claim(incident=incident, text=poster, actor=people["member"])
    _vote(incident, language, people)
    posting.post(room=incident.room, author=editor, text="#T0023.001")
    qualifying.propose(incident=incident, code="T0023.001", actor=editor)
    incidents.change_state(incident=incident, state=Incident.State.QUALIFIED, actor=regulator)
    path = _PRACTICE[language]
    try:
        incidents.follow(incident=incident, path=path, actor=editor)
        incidents.tick(step=incident.steps.order_by("pk")[0], actor=editor, is_done=True)
    except RefusedError:
        incidents.add_step(incident=incident, text=_NAMES[language], actor=editor)
    url = first.rpartition(" ")[2]
    incidents.add_evidence(incident=incident, what=url, note=_REASONS[language][1], actor=editor)
    row = takedowns.send(incident=incident, url=url, platform="Chirper", actor=regulator)
    Takedown.objects.filter(pk=row.pk).update(sent_at=timezone.now() - timedelta(minutes=47))


def _vote(incident: Incident, language: str, people: Mapping[str, User]) -> None:
    massive, artificial, natural, old = _REASONS[language]
    for who, criterion, answer, reason in (
        ("editor", "massive", "yes", massive),
        ("regulator", "massive", "yes", massive),
        ("regulator", "artificial", "yes", artificial),
        ("editor", "artificial", "no", natural),
        ("regulator", "false", "yes", old),
    ):
        qualifying.vote(
            incident=incident, criterion=criterion, answer=answer, reason=reason, voter=people[who]
        )
