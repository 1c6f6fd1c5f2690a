"""Evidence of a version or of a change: one zip that proves itself, and its checking offline. Pure.

`python -m terms_tracker.evidence verify FILE` checks everything that the file says of itself.
"""

from terms_tracker.evidence.contents import Document, Evidence, zipped
from terms_tracker.evidence.verify import Finding, verify

__all__ = ["Document", "Evidence", "Finding", "verify", "zipped"]
