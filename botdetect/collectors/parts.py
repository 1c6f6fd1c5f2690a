"""What a stream brought, in parts on disk, each with the cursor it ends at: written whole or not at all.

The cursor of a stream is that of its last part, so that a killed collector goes on exactly where its data end. The
source sends what lies at the cursor again; shares are kept once (botdetect/eventfile.py), so nothing doubles.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from botdetect.eventfile import table_of
from botdetect.formats import Post

_DIGITS = 20


class Parts:
    """The parts of one stream, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def cursor(self) -> int | None:
        """Where the stream goes on; None at its beginning."""
        paths = self._paths()
        return int(paths[-1].stem) if paths else None

    def add(self, posts: Sequence[Post], cursor: int) -> None:
        """Keep posts and the cursor after them, in one step."""
        draft = self.folder / "draft"
        with draft.open("wb") as file:
            pa.parquet.write_table(table_of(posts), file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.folder / f"{cursor:0{_DIGITS}d}.parquet")  # noqa: PTH105 (in one step)

    def tables(self) -> list[pa.Table]:
        """All that was kept."""
        return [pa.parquet.read_table(path) for path in self._paths()]

    def drop_but_last(self) -> None:
        """Remove what has been taken over elsewhere; the last part stays, for its cursor."""
        for path in self._paths()[:-1]:
            path.unlink()

    def drop(self) -> None:
        """Remove all, of a source whose cursor is kept elsewhere."""
        for path in self._paths():
            path.unlink()

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.parquet"))
