"""What a post shares: each kind of trace makes of it an object that others may share too."""

import io
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from PIL import Image

KINDS = ("repost", "url", "hashtags", "text", "similar", "reply", "image", "follow", "followset", "creation")
"""The names of the traces, as stored."""

LEAST_HASHTAGS = 3
_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|msclkid|twclid|igshid|mc_[ce]id|_hs(enc|mi)|yclid|ref_src|ref_url|s_cid)$"
)
_MENTION, _ADDRESS = re.compile(r"@\S*"), re.compile(r"https?://\S+")
_HASHTAG = re.compile(r"#(\w+)")
_HOST_PREFIX = re.compile(r"^(www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_PORTS = {"http": 80, "https": 443}
_SHINGLE = 3


def objects_of(post: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The (kind, object) pairs of one post, from what it has of repost, reply, text, urls, hashtags, images, follows.

    A plain repost shares the reposted message only: its links and words are the original author's.
    """
    if post.get("repost"):
        return [("repost", str(post["repost"]))]
    text = str(post.get("text") or "")
    found = [("url", canonical_url(url)) for url in post.get("urls") or _ADDRESS.findall(text)]
    sequence = hashtag_sequence(post.get("hashtags") or _HASHTAG.findall(text))
    if sequence:
        found.append(("hashtags", sequence))
    if plain := plain_text(text):
        found.append(("text", plain))
    if post.get("reply"):
        found.append(("reply", str(post["reply"])))
    found += [("image", str(image)) for image in post.get("images") or ()]
    found += [("follow", str(account)) for account in post.get("follows") or ()]
    return list(dict.fromkeys(found))


def canonical_url(address: str) -> str:
    """The address without what does not change the page: scheme, www, tracking parameters, fragment, order."""
    try:
        parts = urlsplit(address.strip() if "//" in address else f"//{address.strip()}")
        port = parts.port
    except ValueError:
        return address.strip()
    host = _HOST_PREFIX.sub("", (parts.hostname or "").rstrip("."))
    if port and port != _PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = sorted(
        pair
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(pair[0].lower())
    )
    path = re.sub(r"/(index|default)\.\w+$", "/", parts.path).rstrip("/")
    return f"{host}{path}{'?' + urlencode(query) if query else ''}"


def hashtag_sequence(tags: Sequence[str]) -> str:
    """The hashtags in their order, in lower case; empty for fewer than three, which many use by chance."""
    clean = [tag.lstrip("#").casefold() for tag in tags]
    return " ".join(f"#{tag}" for tag in clean) if len(clean) >= LEAST_HASHTAGS else ""


def plain_text(text: str) -> str:
    """The words of a post: lower case, without mentions, links and doubled spaces."""
    return " ".join(_MENTION.sub("", _ADDRESS.sub("", text.casefold())).split())


def name_shape(handle: str) -> str:
    """The pattern of a name: "Marie48213377" is "Aa0×8"; runs of letters are one, digits keep their number."""
    shape = re.sub(r"\d+", lambda run: f"0×{len(run[0])}", handle)
    shape = re.sub(r"[^\W\d_a-z]+(?![×])", "A", shape)
    return re.sub(r"[a-z]+", "a", shape)


def image_hash(data: bytes) -> str:
    """The difference hash of a picture, 64 bits in hexadecimal: the same for copies resized or recompressed.

    Raises OSError when the bytes are no picture.
    """
    with Image.open(io.BytesIO(data)) as picture:
        grey = picture.convert("L").resize((9, 8), Image.Resampling.BILINEAR).tobytes()
    rows = (grey[start : start + 9] for start in range(0, 72, 9))
    bits = "".join("01"[right > left] for row in rows for left, right in pairwise(row))
    return f"{int(bits, 2):016x}"


def shingles(text: str) -> frozenset[str]:
    """The runs of three words of a text; the whole text when it is shorter."""
    words = plain_text(text).split()
    runs = (" ".join(words[start : start + _SHINGLE]) for start in range(max(1, len(words) - _SHINGLE + 1)))
    return frozenset(run for run in runs if run)
