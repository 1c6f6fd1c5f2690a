"""Writing a page: the form, its preview, and what happens when two people write at once."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from disinfo import worddiff
from disinfo.diffview import blocks_of
from encyclopedia import house_rules, sections
from encyclopedia.forms import PageForm, PictureForm, SectionForm, data_of, initial_of
from encyclopedia.models import Kind, Page, Revision
from encyclopedia.permissions import can_publish
from encyclopedia.services import publishing, writing
from encyclopedia.views.finding import TOO_MANY, MovedError, find, is_number, may_send, moved_to, writer_of
from encyclopedia.views.showing import shown

_LANGUAGES = ("fr", "en")
_MOST_ADVICE = 5


def _choose_kind(request: HttpRequest, language: str) -> HttpResponse:
    context = {"kinds": Kind.objects.all(), "language": language, "slug": request.GET.get("slug", "")}
    return render(request, "encyclopedia/choose_kind.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest, language: str) -> HttpResponse:
    """A new page: first its kind, then its text."""
    if language not in _LANGUAGES:
        return redirect("encyclopedia:create", _LANGUAGES[0])
    kind = Kind.objects.filter(code=request.GET.get("kind", "")).first()
    if kind is None:
        return _choose_kind(request, language)
    asked = request.GET.get("from", "")
    origin = Page.objects.live().filter(pk=int(asked)).first() if is_number(asked) else None
    slug = slugify(request.GET.get("slug", ""))
    initial = _start(kind, language, origin, slug)
    form = PageForm(request.POST or None, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid() and _may_send(request, form):
        writer = writer_of(request, None)
        saved = writing.create(
            document=form.document,
            language=language,
            writer=writer,
            reason=form.cleaned_data["reason"],
            slug=writing.free_slug(slug, language) if slug else "",
            translation_of=origin,
        )
        return _after(request, saved, form.findings)
    context = {
        "form": form,
        "kind": kind,
        "language": language,
        "origin": origin,
        "page": None,
        "conflicts": (),
        "section": None,
        "picture_form": PictureForm(auto_id="picture_%s"),
    }
    return render(
        request,
        "encyclopedia/edit.html",
        context | _origin_text(origin) | {"publishes": can_publish(request.user, None)},
    )


def _start(kind: Kind, language: str, origin: Page | None, slug: str) -> dict[str, Any]:
    if origin is not None and origin.current is not None:
        # A translation begins as what it translates: numbers, links and sources are then right from the start.
        return initial_of(origin.current.document)
    return {"title": slug.replace("-", " ").capitalize(), "body": kind.template_in(language)}


def _origin_text(origin: Page | None) -> dict[str, Any]:
    if origin is None or origin.current is None:
        return {}
    made, _headings = shown(list(origin.parts))
    return {"origin_parts": made}


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """The text of a page; members change it at once, others propose."""
    try:
        page = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "edit")
    if page.is_deleted or page.current is None:
        return redirect(page)
    base = _base_of(request, page, page.current)
    section = sections.find(base.document.body, request.GET.get("section", ""))
    form = _form_of(request, page, base, section)
    context: dict[str, Any] = {"form": form, "page": page, "kind": page.kind, "language": language}
    context |= {"publishes": can_publish(request.user, page), "origin": None, "conflicts": ()}
    context |= {"section": section, "picture_form": PictureForm(auto_id="picture_%s")}
    if page.translated_from and page.is_behind():
        context |= {"moved_on": page.translated_from} | _origin_text(page.translated_from.page)
    if request.method == "POST" and form.is_valid() and _may_send(request, form):
        saved = writing.save(
            page=page,
            base=base,
            document=form.document,
            writer=writer_of(request, page),
            reason=form.cleaned_data["reason"],
            is_minor=form.cleaned_data["is_minor"],
        )
        if not saved.conflicts:
            before = house_rules.check(base.document)
            return _after(request, saved, [each for each in form.findings if each not in before])
        return _conflict(request, context, page, form, saved)
    return render(request, "encyclopedia/edit.html", context)


def _may_send(request: HttpRequest, form: PageForm | SectionForm) -> bool:
    """Whether it may be sent now; if not, the form says so and keeps the text."""
    if may_send(request):
        return True
    form.add_error(None, str(TOO_MANY))
    return False


def _base_of(request: HttpRequest, page: Page, current: Revision) -> Revision:
    """The revision that the writer began from."""
    asked = request.POST.get("base", "")
    found = page.revisions.filter(pk=int(asked)).first() if is_number(asked) else None
    return found or current


def _form_of(
    request: HttpRequest, page: Page, base: Revision, section: sections.Section | None
) -> PageForm | SectionForm:
    document = base.document
    if section is None:
        return PageForm(
            request.POST or None, kind=page.kind, initial=initial_of(document) | {"base": base.pk}
        )
    initial = {"body": sections.take(document.body, section), "base": base.pk}
    return SectionForm(request.POST or None, document=document, section=section, initial=initial)


def _conflict(
    request: HttpRequest,
    context: dict[str, Any],
    page: Page,
    written: PageForm | SectionForm,
    saved: writing.Saved,
) -> HttpResponse:
    """Both texts, side by side, and the form of the whole page with the writer's own, based on what is published."""
    page.refresh_from_db()
    current = page.current
    assert current is not None  # a conflict is with what is published  # noqa: S101
    mine, cleaned = written.document, written.cleaned_data
    kept = {name: cleaned[name] for name in ("reason", "is_minor", "is_confirmed")}
    form = PageForm(
        data_of(mine) | kept | {"base": current.pk}, kind=page.kind, initial=initial_of(current.document)
    )
    form.is_valid()
    lines = worddiff.diff(current.text, mine.text)
    more = {
        "form": form,
        "section": None,
        "conflicts": saved.conflicts,
        "theirs": current,
        "kept": saved.revision,
        "blocks": blocks_of(lines),
    }
    return render(request, "encyclopedia/edit.html", context | more, status=409)


def _after(
    request: HttpRequest, saved: writing.Saved, findings: Iterable[house_rules.Finding]
) -> HttpResponse:
    """Where the writer goes, told what came of it and, of what they have just written, what is worth another look."""
    page = saved.revision.page
    if saved.revision.status == Revision.Status.PROPOSED:
        messages.success(request, _("Thank you. A moderator will read your proposal before it is published."))
        _advise(request, findings)
        return redirect(saved.revision)
    if saved.is_unchanged:
        messages.info(request, _("Nothing was changed."))
    elif saved.was_merged:
        messages.success(request, _("Saved, together with what somebody else changed meanwhile."))
    else:
        messages.success(request, _("Saved."))
    _advise(request, findings)
    return redirect(page)


def _advise(request: HttpRequest, findings: Iterable[house_rules.Finding]) -> None:
    asked = {
        "judgement": _("a judgement: is there a source?"),
        "undated": _("a figure: of which year?"),
    }
    said = [
        _("“%(words)s”, %(doubt)s") % {"words": each.excerpt, "doubt": asked[each.code]}
        for each in findings
        if each.code in asked
    ]
    if said:
        messages.warning(request, _("Worth another look:") + " " + " ".join(said[:_MOST_ADVICE]))


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What a text will look like; nothing is saved."""
    language = request.POST.get("language", "")
    parts, _reading = publishing.parts_of(
        language if language in _LANGUAGES else "en", request.POST.get("body", "")[:200_000]
    )
    made, _headings = shown(parts)
    return render(request, "encyclopedia/preview.html", {"parts": made})
