"""What people fill in about themselves, their tokens and their organisation."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disinfo.accounts.models import Role, User
from disinfo.accounts.scopes import SCOPES


class SignupForm(forms.Form):
    """What sign-up asks besides address and password; allauth puts it in front of its own fields."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Shown beside what you write."),
    )

    def signup(self, request: object, user: User) -> None:
        """Nothing more to do: the adapter has kept the name."""


class ProfileForm(forms.ModelForm[User]):
    """One's own name and language."""

    class Meta:
        model = User
        fields = ["name", "language"]
        widgets = {
            "language": forms.Select(
                choices=[("", _("As my browser asks")), ("fr", "Français"), ("en", "English")]
            )
        }


class TokenForm(forms.Form):
    """A new token: what for, what it may do, for how long."""

    name = forms.CharField(label=_("What for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("It may"), widget=forms.CheckboxSelectMultiple, initial=["read"]
    )
    days = forms.IntegerField(label=_("Valid for (days)"), min_value=1, max_value=730, initial=365)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        # Tools register their scopes when the portal starts, after this class is made.
        self.fields["scopes"].choices = list(SCOPES.items())  # type: ignore[attr-defined]  # a form knows fields, not their class

    def service_arguments(self) -> dict[str, object]:
        """The cleaned answers as create_token takes them."""
        days = self.cleaned_data["days"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "expires_at": timezone.now() + timedelta(days=days),
        }


class RoleForm(forms.Form):
    """A member's new role, or that they are to leave."""

    REMOVE = "remove"

    role = forms.ChoiceField(label=_("Role"), choices=[*Role.choices, (REMOVE, _("Remove"))])

    def chosen(self) -> Role | None:
        """The role; None when the person is to leave."""
        role = self.cleaned_data["role"]
        return None if role == self.REMOVE else Role(role)
