"""Gathering the evidence of a version or a change out of the archives."""

import hashlib
import logging

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from disinfo import fetcher
from disinfo.safe_http import FetchError
from terms_tracker import archives
from terms_tracker.archive import ArchiveError
from terms_tracker.evidence import Document, Evidence, zipped
from terms_tracker.evidence.contents import manifest_of
from terms_tracker.evidence.timestamps import REQUEST_TYPE, TimestampError, check, request_for
from terms_tracker.extraction import DeclarationError, declared_at, parse_history
from terms_tracker.models import Snapshot, TimeStamp, Version

_LANGUAGES = ("en", "fr")
logger = logging.getLogger(__name__)


def bundle(*, version: Version, with_change: bool) -> bytes:
    """The zip of a version, or of what it changed: with the version before it.

    Raises:
        ArchiveError: the archive does not hold a text any more.
    """
    before = version.previous() if with_change else None
    documents = [
        document
        for role, each in (("before", before), ("after", version))
        if each
        for document in _documents_of(each, role)
    ]
    evidence = Evidence(
        about=_about(version, before),
        documents=documents,
        declaration=_declaration_at(version),
        statements={language: _statement(language, version, before) for language in _LANGUAGES},
    )
    files = evidence.files()
    return zipped(files, _token_for(manifest_of(files)))


def _documents_of(version: Version, role: str) -> list[Document]:
    """The text and the snapshots it was read from, as far as the archive holds them."""
    text = _document(version, role, "text", f"texts/{role}.md", archives.VERSIONS)
    found = [text]
    snapshots = version.terms.snapshots.filter(commit__in=version.snapshot_commits).order_by("pk")
    for number, snapshot in enumerate(snapshots, start=1):
        extension = snapshot.path.rpartition(".")[2]
        name = f"snapshots/{role}-{number}.{extension}"
        try:
            found.append(_document(snapshot, role, "snapshot", name, archives.SNAPSHOTS))
        except ArchiveError:
            logger.warning("a snapshot is no longer in its archive", extra={"commit": snapshot.commit})
    return found


def _document(record: Version | Snapshot, role: str, kind: str, name: str, archive_kind: str) -> Document:
    archive = archives.archive_of(record.terms.service.collection, archive_kind)
    return Document(
        role=role,
        kind=kind,
        file=name,
        content=archive.read(record.commit, record.path),
        commit=record.commit,
        path=record.path,
        fetched_at=record.fetched_at.isoformat(),
        metadata=record.metadata,
        objects=archive.proof(record.commit, record.path),
        snapshots=record.snapshot_commits if isinstance(record, Version) else (),
    )


def _about(version: Version, before: Version | None) -> dict[str, str]:
    terms = version.terms
    return {
        "portal": settings.SITE_URL,
        "address": settings.SITE_URL + (version.get_change_url() if before else version.get_absolute_url()),
        "collection": terms.service.collection.key,
        "service": terms.service.name,
        "terms_type": terms.type,
        "kind": version.kind,
        "change_class": version.change_class,
    }


def _declaration_at(version: Version) -> object:
    """How the terms were declared when the version was read, as far as earlier declarations are known."""
    terms = version.terms
    try:
        past = parse_history({terms.type: terms.history})[terms.type]
        return declared_at(past, terms.declaration, version.fetched_at)
    except DeclarationError:
        return terms.declaration


def _statement(language: str, version: Version, before: Version | None) -> str:
    with override(language):
        terms = version.terms
        told = {
            "portal": settings.SITE_URL,
            "service": terms.service.name,
            "type": terms.type,
            "before": _when(before) if before else "",
            "after": _when(version),
        }
        lines = [f"# {_('Statement')}", ""]
        if before:
            lines.append(
                _(
                    "On %(after)s the portal %(portal)s read the document “%(type)s” of the service %(service)s and "
                    "found that its text was not what it had been when it was read on %(before)s."
                )
                % told
            )
        else:
            lines.append(
                _(
                    "On %(after)s the portal %(portal)s read the document “%(type)s” of the service %(service)s."
                )
                % told
            )
        lines += [
            "",
            _("This file holds:"),
            _("- `texts/`: the text as it was extracted, in Markdown;"),
            _("- `snapshots/`: the pages or files as they were fetched, which the text was extracted from;"),
            _("- `declaration.json`: which addresses were read, and which part of each page was kept;"),
            _("- `evidence.json`: when and how each document was fetched;"),
            _(
                "- `git/`: the records of the archive. Each names the next by its digest: no byte can be changed alone;"
            ),
            _("- `manifest.sha256`: the digest of every file;"),
            _(
                "- `timestamp.tsr`, when there is one: a third party’s signed statement of when the manifest existed."
            ),
            "",
            _(
                "What it shows: that the portal’s archive holds these documents. Without a time-stamp, their date is "
                "the portal’s own word. What other readers were shown at other places or times is not known."
            ),
            "",
            _("To check it without a network: `python -m terms_tracker.evidence verify FILE`"),
            _("To check the files alone: `sha256sum --check manifest.sha256`"),
            "",
        ]
        return "\n".join(lines)


def _when(version: Version) -> str:
    return f"{formats.date_format(version.fetched_at, 'j F Y, H:i:s')} UTC"


def _token_for(manifest: bytes) -> bytes:
    """The time-stamp of a manifest, asked for once; nothing when none is to be had now."""
    if not settings.TERMS_TIMESTAMP_URL:
        return b""
    digest = hashlib.sha256(manifest).hexdigest()
    if known := TimeStamp.objects.filter(digest=digest).first():
        return bytes(known.token)
    try:
        answer = fetcher.client().post(
            settings.TERMS_TIMESTAMP_URL, request_for(manifest), content_type=REQUEST_TYPE
        )
        check(answer.content, manifest)
    except (FetchError, TimestampError):
        logger.exception("no time-stamp was given")
        return b""
    TimeStamp.objects.get_or_create(digest=digest, defaults={"token": answer.content})
    return answer.content
