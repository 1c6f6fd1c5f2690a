"""The tool's tables: what libraries hold, what the crowd says, what the law asks."""

from political_ads.models.library import Ad, Advertiser, AdVersion, Creative, LibrarySnapshot, Media, Source

__all__ = ["Ad", "AdVersion", "Advertiser", "Creative", "LibrarySnapshot", "Media", "Source"]
