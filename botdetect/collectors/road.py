"""How a library that speaks through `requests` is led out by the portal's one way out, elsewhere if need be."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from requests import PreparedRequest, Response  # noqa: TID251 (its answers are made here; it sends nothing)
from requests.adapters import BaseAdapter  # noqa: TID251 (as above)

from disinfo import safe_http

Get = Callable[..., safe_http.Response]
"""`disinfo.safe_http.Client.get`: the only thing that sends."""

_PASSED_ON = ("Authorization",)


class Road(BaseAdapter):
    """A transport of `requests`: GET only, to `address` in the place of the library's own host.

    Refusals come back with their status, for the library to judge; FetchError when there was no answer at all.
    """

    def __init__(self, address: str, get: Get) -> None:
        super().__init__()
        self._address, self._get = address.rstrip("/"), get

    def send(self, request: PreparedRequest, *_args: Any, **_options: Any) -> Response:
        """Ask, and give the answer in the library's words."""
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        try:
            answer = self._get(
                f"{self._address}{request.path_url}", headers=headers, accept="application/json"
            )
        except safe_http.HttpStatusError as error:
            return _response(request, error.status, error.headers, error.content)
        return _response(request, answer.status, answer.headers, answer.content)

    def close(self) -> None:
        """Nothing is held open here."""


def _response(request: PreparedRequest, status: int, headers: Mapping[str, str], content: bytes) -> Response:
    response = Response()
    response.status_code, response.request, response.url = status, request, request.url or ""
    response.headers.update(headers)
    # Unpacked already.
    response.headers.pop("content-encoding", None)
    response.raw = BytesIO(content)
    return response
