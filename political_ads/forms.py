"""Forms of citizens who report an ad, and of reviewers."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disinfo.pictures import MOST_BYTES, Drawn, PictureError, redraw_as_jpeg
from political_ads.models import CLASS_NAMES, CitizenReport, Review
from political_ads.services.media import LONGEST_SIDE


class ReportForm(forms.ModelForm[CitizenReport]):
    """An ad seen elsewhere: its words or its picture, where and when."""

    address = forms.URLField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Of the page or of the ad, when there is one."),
    )
    picture_file = forms.FileField(
        label=gettext_lazy("Picture or screenshot"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG, WebP or GIF, 10 MB at most. Cut out names and faces of private people. What the file says of "
            "your device and place is removed."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    field_order = [
        *("platform", "seen_on", "text", "picture_file", "address"),
        *("advertiser", "payer", "language", "country"),
    ]

    class Meta:
        model = CitizenReport
        fields = [
            *("platform", "address", "advertiser", "payer"),
            *("text", "language", "country", "seen_on"),
        ]
        widgets = {
            "seen_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "text": forms.Textarea(attrs={"rows": 5}),
        }
        help_texts = {
            "platform": gettext_lazy("For example: Facebook, a news site, an app, a poster's QR code."),
            "text": gettext_lazy("As it stands in the ad."),
            "advertiser": gettext_lazy("The page, account or organisation shown with the ad."),
            "language": gettext_lazy("Two letters, such as fr."),
            "country": gettext_lazy("Where you saw it; two letters, such as FR."),
        }

    def clean_seen_on(self) -> Any:
        """Not in the future."""
        day = self.cleaned_data["seen_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_language(self) -> str:
        """Two or three letters, small."""
        return _letters(self.cleaned_data["language"], 3).lower()

    def clean_country(self) -> str:
        """Two letters, capital."""
        return _letters(self.cleaned_data["country"], 2).upper()

    def clean_picture_file(self) -> Drawn | None:
        """Made anew at once: nothing else of the file is ever kept."""
        file: UploadedFile[bytes] | None = self.cleaned_data["picture_file"]
        if not file:
            return None
        try:
            return redraw_as_jpeg(file.read(MOST_BYTES + 1), longest_side=LONGEST_SIDE)
        except PictureError as error:
            raise forms.ValidationError(
                _("This picture cannot be used. Send a JPEG, PNG, WebP or GIF of 10 MB at most.")
            ) from error

    def clean(self) -> dict[str, Any] | None:
        """Words, a picture or an address: without any there is nothing to look at."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in ("text", "picture_file", "address")):
            raise forms.ValidationError(_("Give the text of the ad, a picture of it, or its address."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What is kept in fields."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def _letters(code: str, longest: int) -> str:
    code = code.strip()
    if code and not (code.isascii() and code.isalpha() and 2 <= len(code) <= longest):
        raise forms.ValidationError(_("Write the code in letters, such as fr."))
    return code


class ReviewForm(forms.ModelForm[Review]):
    """A decision, and why."""

    label = forms.ChoiceField(
        label=gettext_lazy("What is this ad for?"), choices=CLASS_NAMES, widget=forms.RadioSelect
    )

    class Meta:
        model = Review
        fields = ["label", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"note": gettext_lazy("What in the ad shows it. Other reviewers read this.")}


class ModerationForm(forms.Form):
    """Let a report in, or turn it away with a reason."""

    decision = forms.ChoiceField(choices=[("accept", "accept"), ("refuse", "refuse")])
    reason = forms.CharField(max_length=500, required=False, strip=True)

    def clean(self) -> dict[str, Any]:
        """Whoever refuses says why."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") == "refuse" and not cleaned.get("reason"):
            raise forms.ValidationError(_("Say why you refuse it."))
        return cleaned
