"""The shared cache, which may be away without taking a page down."""

import hashlib
import inspect
import logging
from collections.abc import Callable, Iterable
from functools import wraps
from importlib.metadata import version
from types import ModuleType
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _forgiving(name: str, when_away: Any) -> Callable[..., Any]:
    original = getattr(RedisCache, name)

    @wraps(original)
    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            logger.warning("cache unavailable", extra={"operation": name, "error": str(error)})
            return when_away(*args, **kwargs) if callable(when_away) else when_away

    return method


def fingerprint(*modules: ModuleType, packages: Iterable[str] = ()) -> str:
    """A part of cache keys that changes with the code that makes what is kept: no release reads another's."""
    made_by = [inspect.getsource(module) for module in modules] + [version(package) for package in packages]
    return hashlib.sha256("\n".join(made_by).encode()).hexdigest()[:12]


def _default(key: str, default: Any = None, version: int | None = None) -> Any:  # noqa: ARG001 (the backend's own signature)
    return default


class ForgivingRedisCache(RedisCache):
    """Redis as cache; when it does not answer, everything is a miss: throttles open, pages stay up."""

    get = _forgiving("get", _default)
    get_many = _forgiving("get_many", lambda *_args, **_kwargs: {})
    has_key = _forgiving("has_key", when_away=False)
    set = _forgiving("set", None)
    set_many = _forgiving("set_many", lambda *_args, **_kwargs: [])
    add = _forgiving("add", when_away=True)
    touch = _forgiving("touch", when_away=False)
    delete = _forgiving("delete", when_away=False)
    delete_many = _forgiving("delete_many", None)
    clear = _forgiving("clear", when_away=False)
    incr = _forgiving("incr", 1)
    decr = _forgiving("decr", 0)
