"""What a citizen's forms hold, read strictly: anything else is refused."""

from typing import Any

from django import forms
from django.db.models import BigIntegerField

from political_ads.labels import Label
from political_ads.models import Check, Skip


class AnswerForm(forms.Form):
    """One of the six answers, and what may have been ticked about the ad itself."""

    label = forms.ChoiceField(choices=[(label.value, label.value) for label in Label])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in Check.Key.values:
            self.fields[f"check_{key}"] = forms.ChoiceField(choices=Check.Answer.choices, required=False)

    @property
    def checks(self) -> dict[str, str]:
        """What was ticked: question → answer."""
        given = {key: self.cleaned_data.get(f"check_{key}", "") for key in Check.Key.values}
        return {key: answer for key, answer in given.items() if answer}

    @property
    def chosen(self) -> Label:
        """The answer."""
        return Label(self.cleaned_data["label"])


class SkipForm(forms.Form):
    """Why an ad is passed over."""

    reason = forms.ChoiceField(choices=Skip.Reason.choices)


def read_key(written: str | None) -> int:
    """A row's key out of an address or a form; 0, which no row has, for anything else."""
    if not written or not written.isascii() or not written.isdigit():
        return 0
    key = int(written[:20])
    return key if key <= BigIntegerField.MAX_BIGINT else 0
