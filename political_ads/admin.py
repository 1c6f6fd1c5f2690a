"""The tool for administrators: the crowd and the library stand in modules of their own."""

from political_ads import crowd_admin, library_admin  # noqa: F401 (Django looks for registrations here)
