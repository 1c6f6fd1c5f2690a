"""Messages to browsers: encrypted for one browser (RFC 8291, RFC 8188) and signed by this portal (RFC 8292). Pure.

`python -m collaborate.webpush` makes a key.
"""

import base64
import json
import os
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MOST_BYTES = 3_000
"""A push service takes 4,096 bytes in all (RFC 8030 §7.2)."""
_RECORD_BYTES = 4_096
_VALID_SECONDS = 12 * 3600
_CURVE = ec.SECP256R1()


@dataclass(frozen=True)
class Browser:
    """What a browser gives: its public key (65 bytes, uncompressed) and a secret (16 bytes), both as base64url."""

    p256dh: str
    auth: str


def bytes_of(text: str) -> bytes:
    """What base64url stands for, with or without its padding.

    Raises:
        ValueError: it is none.
    """
    return base64.b64decode(
        text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True
    )


def text_of(content: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def key_of(secret: str) -> ec.EllipticCurvePrivateKey:
    """The private key that 32 bytes in base64url stand for.

    Raises:
        ValueError: they stand for none.
    """
    return ec.derive_private_key(int.from_bytes(bytes_of(secret)), _CURVE)


def public_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Its public key, uncompressed: 65 bytes, as a browser asks for it."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check(browser: Browser) -> None:
    """See that a browser's keys are keys.

    Raises:
        ValueError: they are not.
    """
    ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, bytes_of(browser.p256dh))
    if len(bytes_of(browser.auth)) != 16:
        raise ValueError("the secret has sixteen bytes")


def encrypted(
    content: bytes,
    browser: Browser,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push: only this browser reads it (RFC 8291 §3.4, in the form of RFC 8188 §2.1).

    Args:
        content: at most MOST_BYTES.
        browser: whom it is for.
        salt: sixteen random bytes; given in tests only.
        own: a key for this one message; given in tests only.

    Raises:
        ValueError: too long, or keys that are none.
    """
    if len(content) > MOST_BYTES:
        raise ValueError("too long for a push")
    salt = salt or os.urandom(16)
    own = own or ec.generate_private_key(_CURVE)
    theirs, mine = bytes_of(browser.p256dh), public_of(own)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    secret = _mac(_mac(bytes_of(browser.auth), shared), b"WebPush: info\0" + theirs + mine + b"\1")
    pseudo = _mac(salt, secret)
    key = _mac(pseudo, b"Content-Encoding: aes128gcm\0\1")[:16]
    nonce = _mac(pseudo, b"Content-Encoding: nonce\0\1")[:12]
    head = salt + _RECORD_BYTES.to_bytes(4) + bytes([len(mine)]) + mine
    return head + AESGCM(key).encrypt(nonce, content + b"\2", None)


def _mac(key: bytes, content: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(content)
    return made.finalize()


def authorization(endpoint: str, key: ec.EllipticCurvePrivateKey, *, contact: str, now: float) -> str:
    """The Authorization header that says who sends (RFC 8292 §3).

    Args:
        endpoint: the address of the push.
        key: the portal's.
        contact: a mailto: or https: address for the push service.
        now: seconds since 1970.
    """
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(now) + _VALID_SECONDS, "sub": contact}
    signed = ".".join(text_of(json.dumps(each, separators=(",", ":")).encode()) for each in (_HEADER, claims))
    numbers = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{signed}.{text_of(b''.join(number.to_bytes(32) for number in numbers))}"
    return f"vapid t={token}, k={text_of(public_of(key))}"


_HEADER = {"typ": "JWT", "alg": "ES256"}


if __name__ == "__main__":
    made = ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(32)
    sys.stdout.write(f"COLLABORATE_PUSH_KEY={text_of(made)}\n")
