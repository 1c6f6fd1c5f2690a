"""Who acts with whom: share events in, a coordination network with its evidence out.

The way of the data is the way of the files: events → pairs → edges → null → graph → report. Values in, values out;
nothing here knows Django. `python -m botdetect.coordination INPUT --out DIR` runs it on a file.
"""

from botdetect.coordination.detection import Estimate, Network, Parameters, baseline, detect, estimate
from botdetect.coordination.events import Columns, Events, EventsError, load

__all__ = [
    "Columns",
    "Estimate",
    "Events",
    "EventsError",
    "Network",
    "Parameters",
    "baseline",
    "detect",
    "estimate",
    "load",
]
