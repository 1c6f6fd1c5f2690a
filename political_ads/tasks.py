"""What the workers do for political ads."""

from political_ads import library_tasks  # noqa: F401 (Celery looks for tasks here)
