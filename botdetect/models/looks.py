"""What became of the accounts of clusters: one row an account when something changed, one a cluster and day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from botdetect.models.collections import Account
from botdetect.models.runs import Cluster


class AccountSnapshot(models.Model):
    """A profile as it was when it was looked at again; kept only when it differs from the last."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="snapshots")
    at = models.DateTimeField(_("at"))
    status = models.CharField(_("status"), max_length=10, choices=Account.Status)
    handle = models.CharField(_("handle"), max_length=120, blank=True)
    followers = models.PositiveBigIntegerField(_("followers"), null=True, blank=True)
    friends = models.PositiveBigIntegerField(_("followings"), null=True, blank=True)
    statuses = models.PositiveBigIntegerField(_("posts"), null=True, blank=True)

    class Meta:
        ordering = ["account", "at"]
        verbose_name = _("account snapshot")
        verbose_name_plural = _("account snapshots")
        constraints = [models.UniqueConstraint(fields=["account", "at"], name="one_snapshot_per_moment")]

    def __str__(self) -> str:
        return f"{self.account} · {self.at:%Y-%m-%d} · {self.get_status_display()}"


class ClusterLook(models.Model):
    """How many accounts of a cluster were in which state on a day: names nobody, and outlives the accounts."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="looks")
    day = models.DateField(_("day"))
    counts = models.JSONField(_("accounts by state"), default=dict)
    looked = models.PositiveIntegerField(_("accounts looked at"), default=0)

    class Meta:
        ordering = ["cluster", "day"]
        verbose_name = _("look at a cluster")
        verbose_name_plural = _("looks at clusters")
        constraints = [models.UniqueConstraint(fields=["cluster", "day"], name="one_look_per_day")]

    def __str__(self) -> str:
        return f"{self.cluster} · {self.day}"
