"""What a post shares: each kind of trace makes of it an object that others may share too."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import scipy
from numpy.typing import NDArray
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
_PERMUTATIONS, _BAND = 64, 4
_PRIME = (1 << 31) - 1
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
        grey = np.asarray(picture.convert("L").resize((9, 8), Image.Resampling.BILINEAR), np.int16)
    bits = (grey[:, 1:] > grey[:, :-1]).ravel()
    return np.packbits(bits).tobytes().hex()


def shingles(text: str) -> frozenset[str]:
    """The runs of three words of a text; the whole text when it is shorter."""
    words = plain_text(text).split()
    runs = (" ".join(words[start : start + _SHINGLE]) for start in range(max(1, len(words) - _SHINGLE + 1)))
    return frozenset(run for run in runs if run)


def similar_groups(
    sets: Sequence[frozenset[str]], *, least: float = 0.8, most_share: float = 1.0
) -> NDArray[np.int32]:
    """The group of each set: sets whose Jaccard likeness is `least` or more, directly or through others, share one.

    MinHash (Broder 1997) with 16 bands of 4 proposes pairs, their true likeness decides. Items that more than
    `most_share` of the sets hold are left out first: what all follow says nothing. Serves texts and follow sets alike.
    """
    sets = _without_popular(sets, most_share) if most_share < 1 else sets
    signatures = _signatures(sets)
    pairs = _proposed(signatures)
    kept = [(a, b) for a, b in pairs if _likeness(sets[a], sets[b]) >= least]
    ends = np.array(kept, np.int64).reshape(-1, 2)
    graph = scipy.sparse.coo_array(
        (np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(sets), len(sets))
    )
    return np.asarray(scipy.sparse.csgraph.connected_components(graph.tocsr(), directed=False)[1], np.int32)


def _without_popular(sets: Sequence[frozenset[str]], most_share: float) -> list[frozenset[str]]:
    counts: dict[str, int] = {}
    for each in sets:
        for item in each:
            counts[item] = counts.get(item, 0) + 1
    most = max(2, most_share * len(sets))
    return [frozenset(item for item in each if counts[item] <= most) for each in sets]


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _signatures(sets: Sequence[frozenset[str]]) -> NDArray[np.int64]:
    """The MinHash of each set; an empty set shares a signature with nothing."""
    codes: dict[str, int] = {}
    random = np.random.default_rng(1)
    times = random.integers(1, _PRIME, _PERMUTATIONS)
    plus = random.integers(0, _PRIME, _PERMUTATIONS)
    signatures = np.empty((len(sets), _PERMUTATIONS), np.int64)
    for place, items in enumerate(sets):
        if not items:
            signatures[place] = -1 - place
            continue
        numbers = np.array([codes.setdefault(item, len(codes) + 1) for item in sorted(items)], np.int64)
        signatures[place] = ((numbers[:, None] * times + plus) % _PRIME).min(axis=0)
    return signatures


def _proposed(signatures: NDArray[np.int64]) -> Iterable[tuple[int, int]]:
    """Neighbours in the buckets of each band: a chain through a bucket is enough, groups are joined anyway."""
    found: set[tuple[int, int]] = set()
    for start in range(0, _PERMUTATIONS, _BAND):
        band = np.ascontiguousarray(signatures[:, start : start + _BAND])
        order = np.lexsort(band.T)
        same = (band[order][1:] == band[order][:-1]).all(axis=1)
        found.update(zip(order[:-1][same].tolist(), order[1:][same].tolist(), strict=True))
    return sorted(found)
