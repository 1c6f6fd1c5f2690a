"""The tool for administrators."""

from political_ads import library_admin  # noqa: F401 (Django looks for registrations here)
