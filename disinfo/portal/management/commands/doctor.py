"""What works, what does not, and how to mend it."""

from typing import Any

from django.core.management.base import BaseCommand

from disinfo import health
from disinfo.portal.tools import ask_each


class Command(BaseCommand):
    help = "Check database, broker, worker, disk, git, browser and mail, and say how to mend each."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print a line for each part; exit with 1 when a vital one is broken."""
        broken = False
        for check in health.checks():
            mark = self.style.SUCCESS("ok     ") if check.ok else self.style.ERROR("broken ")
            self.stdout.write(f"{mark} {check.name}: {check.seen}")
            if not check.ok:
                broken = broken or check.is_vital
                self.stdout.write(f"        → {check.mend}")
        for tool, complaints in ask_each(lambda tool: tool.health()):
            for complaint in complaints:
                self.stdout.write(f"{self.style.WARNING('look   ')} {tool.slug}: {complaint}")
        if broken:
            raise SystemExit(1)
