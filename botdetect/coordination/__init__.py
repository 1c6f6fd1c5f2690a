"""Who acts with whom: share events in, a coordination network with its evidence out.

The way of the data is the way of the files: events → pairs → edges → null → graph → report. Values in, values out;
nothing here knows Django. `python -m botdetect.coordination INPUT --out DIR` runs it on a file. The engine is imported
from its files, so that a web process may know its error without carrying it.
"""


class EventsError(ValueError):
    """Shares cannot be read, or are not what was asked for; the message says what to do."""
