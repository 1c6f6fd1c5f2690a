"""One ad at a time: see it, say what it is for, see what others said."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from political_ads import crowd_figures, sessions
from political_ads.answering import AnswerForm, SkipForm, read_key
from political_ads.assignments import Assignment, AssignmentError
from political_ads.labels import Label
from political_ads.models import LABEL_NAMES, Check, Skip, Task, Vote, Voter
from political_ads.networks import network_of
from political_ads.services import queueing, rules, voting
from political_ads.services.voting import RefusedError
from political_ads.shown import shown_ad
from political_ads.wording import LABEL_HINTS, LAWS

# From what is most political to what is least: the order in which a reader rules things out.
_ORDER = (
    *(Label.PROMOTES, Label.NEW_ELEMENT, Label.SURVEY),
    *(Label.ENGAGEMENT, Label.NOT_POLITICAL, Label.CANT_SAY),
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def classify(request: HttpRequest) -> HttpResponse:
    """An ad and the question; POST keeps the answer and goes on to the next one."""
    session = sessions.session_of(request)
    if request.method == "POST":
        response = _answer(request, session)
    else:
        response = _ask(request, session)
    sessions.keep(response, session)
    return response


def _ask(request: HttpRequest, session: UUID) -> HttpResponse:
    languages, language = _languages(request)
    again = _taken_back(request, session)
    task = again or queueing.next_task(voter=session, languages=[language, ""] if language else [""])
    context = {
        "shown": shown_ad(task.pk) if task else None,
        "assignment": Assignment.now(task.pk, session).token if task else "",
        "answers": [(label, LABEL_NAMES[label.value], LABEL_HINTS[label]) for label in _ORDER],
        "checks": [(f"check_{key}", name) for key, name in Check.Key.choices],
        "check_answers": Check.Answer.choices,
        "skip_reasons": Skip.Reason.choices,
        "ad_languages": languages,
        "language": language,
        "last": _last(request, session),
        "voter": Voter.objects.filter(pk=session).first(),
        "progress": crowd_figures.progress(),
    }
    return render(request, "political_ads/classify.html", context)


def _languages(request: HttpRequest) -> tuple[list[str], str]:
    """Those with something to classify, and the one to use: asked for, or the page's own, or the first there is."""
    waiting = [language for language in queueing.languages_waiting() if language]
    asked = request.GET.get("lang", request.POST.get("lang", ""))
    for wanted in (asked, (get_language() or "")[:2]):
        if wanted in waiting:
            return waiting, wanted
    return waiting, waiting[0] if waiting else ""


def _taken_back(request: HttpRequest, session: UUID) -> Task | None:
    """The ad whose answer was just taken back, to be answered anew."""
    creative = read_key(request.GET.get("again"))
    undone = Vote.objects.filter(creative_id=creative, voter_id=session, status=Vote.Status.UNDONE)
    return Task.objects.filter(pk=creative, bucket__isnull=False).first() if undone.exists() else None


def _last(request: HttpRequest, session: UUID) -> dict[str, object] | None:
    """What has just been answered, with what others said and the law it brings up."""
    vote = Vote.objects.active().filter(pk=read_key(request.GET.get("last")), voter_id=session).first()
    if vote is None:
        return None
    said = crowd_figures.said_of(vote.creative_id)
    others = sum(said.values()) - 1
    shown = shown_ad(vote.creative_id)
    return {
        "vote": vote,
        "others": others,
        "same": said[vote.label] - 1,
        "said": [(LABEL_NAMES[label], number) for label, number in said.most_common()],
        "laws": LAWS.get(vote.label, ()),
        "windows": rules.would_apply(shown.ad, vote.label) if shown.ad else [],
        "shown": shown,
    }


def _answer(request: HttpRequest, session: UUID) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the six answers."))
        return _on(request)
    assignment = _assignment(request, session)
    if assignment is None:
        return _on(request)
    try:
        vote = voting.vote(
            assignment=assignment, label=form.chosen, network=network_of(request), checks=form.checks
        )
    except RefusedError as refusal:
        return _refused(request, refusal)
    return _on(request, last=vote.pk)


@require_POST
def skip(request: HttpRequest) -> HttpResponse:
    """Pass an ad over, saying why."""
    session = sessions.session_of(request)
    form = SkipForm(request.POST)
    assignment = _assignment(request, session)
    if form.is_valid() and assignment:
        try:
            voting.skip(
                assignment=assignment, reason=form.cleaned_data["reason"], network=network_of(request)
            )
        except RefusedError as refusal:
            return _refused(request, refusal)
    return _on(request)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last answer back, and show its ad again."""
    session = sessions.session_of(request)
    try:
        vote = voting.undo(voter=session, vote_id=read_key(request.POST.get("vote")))
    except RefusedError as refusal:
        return _refused(request, refusal)
    messages.success(request, _("Your answer is taken back. Here is the ad again."))
    return _on(request, again=vote.creative_id)


def _assignment(request: HttpRequest, session: UUID) -> Assignment | None:
    """The ad that was given to this very session; otherwise a message says what happened."""
    try:
        assignment = Assignment.of(request.POST.get("assignment", ""))
    except AssignmentError as error:
        too_late = _("This ad was shown to you more than an hour ago. Here is another one.")
        messages.warning(request, too_late if error.is_expired else _("This form is not one of ours."))
        return None
    if assignment.voter != session:
        messages.warning(
            request, _("Your browser did not keep its session: are cookies of this site allowed?")
        )
        return None
    return assignment


def _refused(request: HttpRequest, refusal: RefusedError) -> HttpResponse:
    messages.warning(request, str(refusal.reason))
    response = _on(request)
    if refusal.wait:
        response["Retry-After"] = str(refusal.wait)
    return response


def _on(request: HttpRequest, **query: int) -> HttpResponse:
    """On to the next ad, in the same language."""
    language = request.POST.get("lang", "")
    values: dict[str, str | int] = {**query, **({"lang": language} if language else {})}
    return redirect(f"{reverse('ads:classify')}?{urlencode(values)}" if values else reverse("ads:classify"))
