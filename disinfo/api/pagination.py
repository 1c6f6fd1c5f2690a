"""Lists of the API, page by page."""

from rest_framework import pagination


class CursorPagination(pagination.CursorPagination):
    """Pages that do not shift while new rows arrive, and cost the same however deep."""

    page_size_query_param = "limit"
    max_page_size = 200
    ordering: str | tuple[str, ...] = "-pk"
