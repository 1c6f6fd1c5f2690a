"""Adding evidence to a commitment: the permalink of a thing of the portal, and what it speaks for."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from disinfo.portal.tools import card_for, tool_of_path
from encyclopedia import ledger
from encyclopedia.services import writing
from encyclopedia.views.finding import TOO_MANY, MovedError, find, may_send, moved_to, writer_of


class EvidenceForm(forms.Form):
    """A permalink of this portal, and whether it supports the commitment."""

    address = forms.CharField(
        label=_("Permalink"),
        max_length=500,
        help_text=_(
            "Of a change of terms, an ad, figures on removals, a published cluster or a page of this portal."
        ),
    )
    sign = forms.ChoiceField(
        label=_("What does it say?"),
        choices=(("+", _("It supports it")), ("-", _("It contradicts it"))),
        widget=forms.RadioSelect,
    )

    def clean_address(self) -> str:
        """The path of the address, with what follows it; only of what a tool of this portal shows everyone."""
        parts = urlsplit(self.cleaned_data["address"].strip())
        is_ours = not parts.netloc or f"{parts.scheme}://{parts.netloc}" == settings.SITE_URL
        if not is_ours or tool_of_path(parts.path) is None or "\n" in parts.path:
            raise forms.ValidationError(_("This is not the address of a page of this portal."))
        # The ledger is public: what is brought must be there, and be there for everyone.
        if card_for(parts.path, AnonymousUser()) is None:
            raise forms.ValidationError(
                _("Nothing that everyone may read is at this address. Copy it from the page that you mean.")
            )
        return f"{parts.path}?{parts.query}" if parts.query else str(parts.path)


@require_http_methods(["GET", "POST"])
def add_evidence(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """A form, and the revision that it makes; a proposal by who may not publish."""
    try:
        page = find(request, language, slug)
    except MovedError as error:
        return moved_to(error, "add_evidence")
    if page.kind.code != "commitment" or page.is_deleted or page.current is None:
        raise Http404
    form = EvidenceForm(request.POST or None, initial={"address": request.GET.get("address", "")})
    writer = writer_of(request, page)
    context: dict[str, Any] = {"page": page, "form": form, "publishes": writer.publishes}
    if request.method == "POST" and form.is_valid():
        if may_send(request):
            document = ledger.with_evidence(page.current.document, **form.cleaned_data)
            reason = str(_("Evidence: %(address)s") % form.cleaned_data)[:300]
            saved = writing.save(
                page=page, base=page.current, document=document, writer=writer, reason=reason
            )
            if saved.is_unchanged:
                messages.info(request, _("This evidence stands there already."))
                return redirect(page)
            if writer.publishes:
                messages.success(request, _("Evidence added."))
                return redirect(page)
            messages.success(
                request, _("Thank you. A moderator will read your proposal before it is published.")
            )
            return redirect(saved.revision)
        form.add_error(None, str(TOO_MANY))
    return render(request, "encyclopedia/add_evidence.html", context)
