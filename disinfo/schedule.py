"""What workers do again and again, and how often."""

from typing import Any

HOUR, DAY = 3600, 24 * 3600
FILES = ("political_ads.library_tasks.write_open_data", "terms_tracker.tasks.write_datasets")
"""What writes the files to take away; a demo asks for them at once, since nobody waits a day or a week in one."""


def periodic_tasks(terms_sweep_seconds: int) -> dict[str, dict[str, Any]]:
    """The schedule as Celery beat reads it: by name, the task and its seconds.

    A turn shorter than a day that no worker took before the next one is dropped: the next does its work too.
    """
    seconds = {
        # Portal.
        "heartbeat": ("disinfo.portal.tasks.heartbeat", 20),
        "outbox": ("disinfo.portal.tasks.send_outbox", 15),
        "visits": ("disinfo.portal.tasks.keep_visits", 60),
        "purge": ("disinfo.portal.tasks.purge", DAY),
        # Terms tracker.
        "terms-due": ("terms_tracker.tasks.sweep", terms_sweep_seconds),
        "terms-classify": ("terms_tracker.tasks.classify", 60),
        "terms-clauses": ("terms_tracker.tasks.remember", 60),
        "terms-telling": ("terms_tracker.tasks.tell", 60),
        "terms-pushing": ("terms_tracker.tasks.push_remotes", 60),
        "terms-federation": ("terms_tracker.tasks.ask_peers", DAY),
        "terms-datasets": ("terms_tracker.tasks.write_datasets", 7 * DAY),
        "terms-maintenance": ("terms_tracker.tasks.maintain", DAY),
        # Encyclopedia.
        "encyclopedia-sources": ("encyclopedia.tasks.sweep_sources", HOUR),
        # Political ads.
        "ads-weigh": ("political_ads.tasks.weigh_waiting", 60),
        "ads-monitor": ("political_ads.tasks.monitor_crowd", DAY),
        "ads-triage": ("political_ads.tasks.train_triage", DAY),
        "ads-look": ("political_ads.library_tasks.look_at_due", 900),
        "ads-findable": ("political_ads.library_tasks.make_findable", 300),
        "ads-pictures": ("political_ads.library_tasks.fetch_pictures", 300),
        "ads-rules": ("political_ads.library_tasks.apply_all_rules", DAY),
        "ads-figures": ("political_ads.library_tasks.count_figures", DAY),
        "ads-open-data": ("political_ads.library_tasks.write_open_data", DAY),
        # Collaboration.
        "rooms-waiting": ("collaborate.tasks.sweep", 60),
        "rooms-digests": ("collaborate.tasks.write_digests", DAY),
        "rooms-retention": ("collaborate.tasks.forget", DAY),
        "incidents": ("collaborate.tasks.sweep_incidents", 30),
        "watches": ("collaborate.tasks.sweep_watches", 30),
        # Bot clusters.
        "bots-unfinished": ("botdetect.tasks.sweep", 30),
        "bots-looks": ("botdetect.tasks.look_at_accounts", 600),
        "bots-retention": ("botdetect.tasks.forget", DAY),
    }
    return {name: _entry(task, every) for name, (task, every) in seconds.items()}


def _entry(task: str, every: int) -> dict[str, Any]:
    entry: dict[str, Any] = {"task": task, "schedule": every}
    return entry if every >= DAY else entry | {"options": {"expires": every}}
