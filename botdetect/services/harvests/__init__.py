"""Harvests: asked for, estimated, paid for page by page."""
