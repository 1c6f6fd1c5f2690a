"""Time-stamps of RFC 3161: what is asked, and what is in the answer."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from terms_tracker.evidence import der

REQUEST_TYPE = "application/timestamp-query"
_SHA256 = der.oid("2.16.840.1.101.3.4.2.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_TST_INFO = der.oid("1.2.840.113549.1.9.16.1.4")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_HASHES: dict[bytes, type[hashes.HashAlgorithm]] = {
    _SHA256: hashes.SHA256,
    der.oid("2.16.840.1.101.3.4.2.2"): hashes.SHA384,
    der.oid("2.16.840.1.101.3.4.2.3"): hashes.SHA512,
}
_GRANTED = (0, 1)  # granted, granted with changes
_CERTIFICATES, _ATTRIBUTES = 0xA0, 0xA0


class TimestampError(ValueError):
    """The answer is no time-stamp of what was asked, or its signature is wrong."""


@dataclass(frozen=True)
class Stamp:
    """What a time-stamp says: when, and who signed (the name in the certificate it carries)."""

    at: datetime
    signer: str


def request_for(content: bytes) -> bytes:
    """The TimeStampReq for the SHA-256 of `content`, with the certificate asked for (RFC 3161 §2.4.1)."""
    imprint = der.write(
        der.SEQUENCE, der.write(der.SEQUENCE, _SHA256), der.write(der.OCTETS, _digest(content))
    )
    nonce = der.write(der.INTEGER, b"\x01" + secrets.token_bytes(8))
    return der.write(
        der.SEQUENCE, der.write(der.INTEGER, b"\x01"), imprint, nonce, der.write(der.BOOLEAN, b"\xff")
    )


def check(answer: bytes, content: bytes) -> Stamp:
    """What a TimeStampResp says of `content`, its signature checked by the certificate it carries.

    Whether that certificate is one to trust is not looked at: `openssl ts -verify` does so, given its root.

    Raises:
        TimestampError: it was refused, is of something else, or is not signed so.
    """
    try:
        return _checked(answer, content)
    except TimestampError:
        raise
    except (ValueError, LookupError, StopIteration) as error:  # bytes of a stranger, wrong in any way
        raise TimestampError("the time-stamp cannot be read") from error


def _checked(answer: bytes, content: bytes) -> Stamp:
    response = der.one(answer)
    if int.from_bytes(response.child(0, 0).content) not in _GRANTED:
        raise TimestampError("the time-stamp was refused")
    token = response.child(1)
    if token.child(0).whole != _SIGNED_DATA:
        raise TimestampError("the time-stamp holds no signed data")
    signed = token.child(1, 0)
    encapsulated = signed.child(2)
    if encapsulated.child(0).whole != _TST_INFO:
        raise TimestampError("what is signed is no time-stamp")
    info = encapsulated.child(1, 0).content
    stamp = der.one(info)
    imprint = stamp.child(2)
    if imprint.child(0, 0).whole != _SHA256 or imprint.child(1).content != _digest(content):
        raise TimestampError("the time-stamp is of something else")
    signer = _signature_by(signed, info)
    return Stamp(_time(stamp.child(4).content.decode("ascii")), signer.subject.rfc4514_string())


def _signature_by(signed: der.Node, info: bytes) -> x509.Certificate:
    """The certificate whose key signed; the attributes it signed hold the digest of `info` (RFC 5652 §5.4)."""
    carried = next(node for node in signed.children() if node.tag == _CERTIFICATES)
    certificates = [x509.load_der_x509_certificate(node.whole) for node in carried.children()]
    by = signed.children()[-1].child(0).children()
    attributes = next(node for node in by if node.tag == _ATTRIBUTES)
    at = by.index(attributes)
    algorithm = _HASHES.get(by[2].child(0).whole)
    signature = by[at + 2].content
    if algorithm is None:
        raise TimestampError("the digest of the signature is not known")
    held = {node.child(0).whole: node.child(1, 0) for node in attributes.children()}
    hasher = hashes.Hash(algorithm())
    hasher.update(info)
    if held[_MESSAGE_DIGEST].content != hasher.finalize() or held[_CONTENT_TYPE].whole != _TST_INFO:
        raise TimestampError("the signature is of something else")
    # Signed as a SET, though it is sent under another tag.
    what = bytes([der.SET]) + attributes.whole[1:]
    for certificate in certificates:
        if _is_signed(certificate, signature, what, algorithm()):
            return certificate
    raise TimestampError("no certificate of the time-stamp made its signature")


def _is_signed(
    certificate: x509.Certificate, signature: bytes, what: bytes, algorithm: hashes.HashAlgorithm
) -> bool:
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, what, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, what, ec.ECDSA(algorithm))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _time(text: str) -> datetime:
    """A GeneralizedTime such as 20260131120000Z, with or without a fraction."""
    try:
        return datetime.strptime(text.rstrip("Z").partition(".")[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise TimestampError("the time cannot be read") from error


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
