"""The signs one can put under a message, each with the words a screen reader says."""

from django.utils.translation import gettext_lazy as _

SIGNS = {
    "👍": _("I agree"),
    "✅": _("Checked"),
    "👀": _("I am looking at it"),
    "❓": _("I doubt it"),
    "⚠️": _("Careful"),
    "🙏": _("Thank you"),
}
