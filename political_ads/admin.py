"""The tool for administrators: the crowd and the library stand in modules of their own."""

from political_ads.crowd_admin import ReadOnlyAdmin

__all__ = ["ReadOnlyAdmin"]
