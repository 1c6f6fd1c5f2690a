"""What an incident leaves behind: the note for who takes over, the closing report, its page in the encyclopedia."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collaborate.grid import grid_of
from collaborate.models import Claim, Incident, LogEntry, Message, MessageQuerySet
from collaborate.services import logbook
from collaborate.services.refusals import RefusedError
from collaborate.speaking import pair
from collaborate.tlp import WATCHED
from disinfo.accounts import audit
from disinfo.accounts.models import User
from disinfo.portal.tools import Draft, card_for, publish

_LAST = 15


def handover(incident: Incident, reader: User) -> str:
    """Markdown for who takes over: how it stands, what is open, who does what, what happened last."""
    return "\n".join(
        [
            *_head(incident),
            *_open(incident),
            *_judged(incident),
            *_evidence(incident, reader),
            *_last(incident),
        ]
    )


def report(incident: Incident, reader: User) -> str:
    """The closing report in Markdown, to be edited: nothing in it that the log or the room does not hold. No names."""
    return "\n".join(
        [
            *_summary(incident),
            *_judged(incident),
            *_techniques(incident),
            *_requests(incident),
            *_evidence(incident, reader),
            *_decisions(incident),
            _("Log: %(number)d entries, last hash %(hash)s.")
            % {"number": incident.log_count, "hash": f"`{incident.log_head}`"},
        ]
    )


def _head(incident: Incident) -> Iterator[str]:
    yield f"# {incident.room.name}"
    yield ""
    facts = [
        incident.get_state_display(),
        incident.get_severity_display(),
        str(incident.room.get_kind_display()),
    ]
    if incident.is_exercise:
        facts.insert(0, _("EXERCISE"))
    yield " · ".join(facts)
    yield ""
    yield _("Led by %(who)s") % {"who": incident.owner or _("nobody")} + " · " + _at(incident.detected_at)
    yield ""
    yield _("Written %(at)s · log: %(number)d entries, last hash %(hash)s") % {
        "at": _at(timezone.now()),
        "number": incident.log_count,
        "hash": f"`{incident.log_head}`",
    }
    yield ""


def _at(moment: object) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")  # type: ignore[arg-type]  # dates only are handed in


def _open(incident: Incident) -> Iterator[str]:
    yield from _list(_("To do"), (step.text for step in incident.steps.filter(done_at=None)))
    tasks = _marked(incident, Message.Mark.TASK).filter(settled_at=None)
    yield from _list(_("Tasks"), (f"{row.plain[:200]} — {row.assignee or _('nobody')}" for row in tasks))
    questions = _marked(incident, Message.Mark.QUESTION).filter(settled_at=None)
    yield from _list(_("Open questions"), (row.plain[:200] for row in questions))
    running = incident.takedowns.running().select_related("address__link")
    yield from _list(
        _("Requests whose clock runs"),
        (
            f"{pair(row.platform, row.address.link.url)} — {row.state}, {row.minutes}/{row.target_minutes} min"
            for row in running
        ),
    )


def _marked(incident: Incident, mark: Message.Mark) -> MessageQuerySet:
    rows = Message.objects.filter(room=incident.room_id, mark=mark).readable()
    return rows.select_related("assignee").order_by("number")


def _list(title: str, lines: Iterator[str]) -> Iterator[str]:
    found = [f"- {' '.join(line.split())}" for line in lines]
    if found:
        yield from (f"## {title}", "", *found, "")


def _summary(incident: Incident) -> Iterator[str]:
    if incident.is_exercise:
        yield from (_("**Exercise: nothing of this happened.**"), "")
    yield from (f"## {_('What happened')}", "")
    clocks = [(_("detected"), incident.detected_at), (_("qualified"), incident.qualified_at)]
    clocks += [(_("response began"), incident.responding_at), (_("closed"), incident.closed_at)]
    yield from (f"- {pair(name, _at(moment))}" for name, moment in clocks if moment)
    yield ""


def _judged(incident: Incident) -> Iterator[str]:
    claims = incident.claims.order_by("pk")
    yield from _list(
        _("Claims"),
        (_("“%(text)s”") % {"text": claim} + f" — {_verdict(claim)}" for claim in claims),
    )
    rows = [row for row in grid_of(incident) if row.votes]
    if rows:
        yield from (f"## {_('Criteria')}", "")
    for row in rows:
        yield f"**{row.label}**{' — ' + _('the organisations disagree') if row.is_disputed else ''}"
        yield ""
        yield from (
            f"- {pair(vote.organisation, vote.get_answer_display())} — {' '.join(vote.reason.split())}"
            for vote in row.votes
        )
        yield ""


def _verdict(claim: Claim) -> str:
    verdict = claim.get_verdict_display()
    return pair(verdict, claim.reason) if claim.reason else verdict


def _techniques(incident: Incident) -> Iterator[str]:
    rows = incident.techniques.accepted()
    yield from _list(_("Techniques"), (f"[{row}]({row.path})" if row.path else str(row) for row in rows))


def _requests(incident: Incident) -> Iterator[str]:
    rows = incident.takedowns.not_withdrawn().select_related("address__link").order_by("sent_at", "pk")
    yield from _list(
        _("Requests to platforms"),
        (f"{pair(row.platform, row.address.link.url)} — {row.state}, {row.minutes} min" for row in rows),
    )


def _evidence(incident: Incident, reader: User) -> Iterator[str]:
    yield from _list(_("Evidence"), _evidence_lines(incident, reader))


def _evidence_lines(incident: Incident, reader: User) -> Iterator[str]:
    rows = incident.evidence.select_related("link__address", "picture").order_by("pk")
    for row in rows:
        note = f" — {row.note}" if row.note else ""
        if row.path:
            card = card_for(row.path, reader)
            yield f"[{card.title if card else row.path}]({row.path}){note}"
        elif row.link:
            copy = getattr(row.link, "address", None)
            yield f"{row.link.url}{note}" + (f" (SHA-256 {copy.sha256})" if copy and copy.sha256 else "")
        elif row.picture:
            yield f"{row.picture.name}{note} (SHA-256 {row.picture.sha256})"


def _decisions(incident: Incident) -> Iterator[str]:
    rows = incident.log.filter(kind=LogEntry.Kind.DECISION).order_by("number")
    yield from _list(_("Decisions"), (pair(_at(row.at), row.text) for row in rows))


def _last(incident: Incident) -> Iterator[str]:
    rows = list(incident.log.order_by("-number")[:_LAST])[::-1]
    yield from _list(_("What happened last"), (f"{_at(row.at)} · {row.text} {row.author}" for row in rows))


@transaction.atomic
def save(*, incident: Incident, text: str, actor: User) -> None:
    """Keep the report as it was edited."""
    Incident.objects.filter(pk=incident.pk).update(report=text)
    incident.report = text
    logbook.write(incident, LogEntry.Kind.REPORT, _("Closing report written."), actor=actor, length=len(text))


@transaction.atomic
def hand_in(*, incident: Incident, title: str, actor: User) -> str:
    """Publish the report as a case study of the encyclopedia; the address of the page, or of the proposal.

    Raises:
        RefusedError: nothing written, an exercise, a mark that forbids it, or it is out already.
    """
    row = Incident.objects.select_for_update(of=("self",)).select_related("room").get(pk=incident.pk)
    if row.published_at:
        raise RefusedError(_("It is published already: change the page in the encyclopedia."))
    if row.is_exercise:
        raise RefusedError(_("An exercise is not published: nothing of it happened."))
    if row.room.tlp in WATCHED:
        raise RefusedError(
            _("The mark of this room forbids to publish it: change the mark first, if its people agree.")
        )
    if not row.report.strip():
        raise RefusedError(_("Write the report and save it first."))
    techniques = [each.name or each.code for each in row.techniques.accepted()]
    draft = Draft(
        title=title.strip()[:200] or row.room.name,
        kind="case-study",
        text=row.report,
        language=get_language() or "en",
        summary=row.room.topic,
        reason=_("Closing report of an incident"),
        fields={"techniques": techniques} if techniques else {},
    )
    url = publish(draft, actor)
    if url is None:
        raise RefusedError(_("No tool of this portal publishes case studies."))
    Incident.objects.filter(pk=row.pk).update(published_at=url)
    incident.published_at = url
    logbook.write(
        incident,
        LogEntry.Kind.REPORT,
        _("Case study published: %(url)s") % {"url": url},
        actor=actor,
        url=url,
    )
    audit.record("collaborate.publish_report", actor=actor, on=row, url=url)
    return url
