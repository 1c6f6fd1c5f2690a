"""Typed reading of the environment. A wrong value stops the program and says which one."""

import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The value of `name`, or `default`; raises ImproperlyConfigured when there is neither."""
    value = os.environ.get(name)
    if value is None or (value == "" and default is not None):
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set; .env.example says what it is for.")
        return default
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """A yes/no value: 1, true, yes, on or 0, false, no, off."""
    value = os.environ.get(name, "").strip().lower()
    if name not in os.environ:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    """A whole number not below `minimum`."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error
    if number < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {number}.")
    return number


def amount(name: str, default: str) -> Decimal:
    """A sum of money, not below nothing."""
    value = text(name, default)
    try:
        found = Decimal(value)
    except InvalidOperation as error:
        raise ImproperlyConfigured(f"{name} must be an amount such as 0.010, not {value!r}.") from error
    if not found.is_finite() or found < 0:
        raise ImproperlyConfigured(f"{name} must be an amount such as 0.010, not {value!r}.")
    return found


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, default: str | None = None) -> str:
    """A secret from `name`, or from the file that `name`_FILE points at (as containers mount them)."""
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return text(name, default)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error


def pairs(name: str) -> dict[str, str]:
    """Secrets such as host=token, separated by commas, by what stands before the sign, in lower case; never shown."""
    found = {}
    for word in filter(None, map(str.strip, secret(name, "").split(","))):
        key, sign, value = word.partition("=")
        if not (key and sign and value):
            raise ImproperlyConfigured(f"{name} must hold words such as forge.example=token.")
        found[key.lower()] = value
    return found


def origin(url: str) -> str:
    """Scheme, host and port of a URL, as browsers compare them (RFC 6454)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def address(name: str, default: str, *, schemes: set[str]) -> str:
    """A URL whose scheme is one of `schemes`; an empty default stays empty."""
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must start with one of {', '.join(sorted(schemes))}.")
    return value
