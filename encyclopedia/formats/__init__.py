"""What others wrote, as pages: each module reads one format, and knows neither Django nor the database."""

from encyclopedia.formats.incoming import Incoming, IncomingRevision, Refused

__all__ = ["Incoming", "IncomingRevision", "Refused"]
