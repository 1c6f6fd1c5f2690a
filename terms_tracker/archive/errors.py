"""What can go wrong with an archive, by what the caller can do about it."""


class ArchiveError(Exception):
    """The archive could not do what was asked; the message says why."""


class InvalidEntryError(ArchiveError, ValueError):
    """What was to be recorded breaks the rules of the layout; recording it again will fail again."""


class UnknownObjectError(ArchiveError, LookupError):
    """The archive holds no such commit or file."""


class ArchiveBusyError(ArchiveError):
    """Another process holds the branch; trying again later is right."""


class HistoryRewrittenError(ArchiveError):
    """The commit that was read last is no longer part of the history: read everything again."""
