"""Disinfo: one portal against information manipulation, with five tools."""

from disinfo.celery import app as celery_app

__all__ = ["celery_app"]
