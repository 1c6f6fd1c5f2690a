"""The tool's tables: what libraries hold, what the crowd says, what the law asks."""

from political_ads.models.crowd import Task
from political_ads.models.library import Ad, AdVersion, Advertiser, Creative, LibrarySnapshot, Media, Source

__all__ = ["Ad", "AdVersion", "Advertiser", "Creative", "LibrarySnapshot", "Media", "Source", "Task"]
