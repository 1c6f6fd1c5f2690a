"""A container's question to its own web process: exit 0 when the address given answers 200."""

import sys
from http.client import HTTPConnection, HTTPException


def main(path: str) -> int:
    """Ask once, for five seconds at most."""
    connection = HTTPConnection("127.0.0.1", 8000, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return 0 if connection.getresponse().status == 200 else 1
    except (OSError, HTTPException):
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
