"""Git's objects, read through one `cat-file --batch` and written in this process.

Writing them here instead of through git is what makes a record cheap: a process takes longer to start than
all four objects take to write. The format is git's (`gitformat-pack`, `git help hash-object`).
"""

import hashlib
import os
import tempfile
import zlib
from pathlib import Path

from git.cmd import Git
from git.compat import safe_decode

from terms_tracker.archive.companion import Companion
from terms_tracker.archive.errors import ArchiveError, UnknownObjectError
from terms_tracker.archive.process import git_at

FILE, FOLDER = b"100644", b"40000"
# One entry of a folder: its mode and the 20 bytes of its object's id, by its name.
Tree = dict[bytes, tuple[bytes, bytes]]


class ObjectReader(Companion):
    """Reads objects; safe between threads and after a fork."""

    _git: Git | None = None

    def get(self, name: str) -> tuple[str, str, bytes]:
        """Give id, type and content of an object.

        Args:
            name: an id, or a name such as `HEAD^{commit}`; never what a user typed.

        Raises:
            UnknownObjectError: there is none of this name.
        """
        with self._asking():
            try:
                return self._ask(name)
            except UnknownObjectError:
                raise
            except (OSError, ValueError):
                # Its process was killed: another one answers.
                self._stop()
                return self._ask(name)

    def _ask(self, name: str) -> tuple[str, str, bytes]:
        if self._git is None:
            self._git = git_at(self._git_dir)
        try:
            header = self._git.get_object_data(name)
        except ValueError as error:
            if "could not be resolved" in str(error):
                raise UnknownObjectError(f"{name} is not in {self._git_dir.name}") from error
            raise
        # Typed as text by GitPython, which gives what it read: bytes.
        object_id, kind = (safe_decode(part) for part in header[:2])
        return object_id, kind, header[3]

    def _stop(self) -> None:
        if self._git is not None:
            self._git.clear_cache()
            self._git = None

    def _forget(self) -> None:
        self._git = None


def write_object(git_dir: Path, kind: bytes, content: bytes) -> str:
    """Store an object so that it survives a crash, and give its id.

    The temporary name is git's own: `git prune` clears what a killed process leaves.
    """
    data = b"%s %d\0%s" % (kind, len(content), content)
    object_id = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    folder = git_dir / "objects" / object_id[:2]
    target = folder / object_id[2:]
    if _is_fresh(target):
        return object_id
    descriptor, temporary = tempfile.mkstemp(prefix="tmp_obj_", dir=git_dir / "objects")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(zlib.compress(data, 1))
            file.flush()
            os.fchmod(file.fileno(), 0o444)
            os.fsync(file.fileno())
        folder.mkdir(exist_ok=True)
        Path(temporary).rename(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return object_id


def parse_tree(content: bytes) -> Tree:
    """Read a tree object: `<mode> <name> NUL <20 bytes>` again and again."""
    tree: Tree = {}
    position = 0
    while position < len(content):
        space = content.index(b" ", position)
        end = content.index(b"\0", space)
        tree[content[space + 1 : end]] = (content[position:space], content[end + 1 : end + 21])
        position = end + 21
    return tree


def format_tree(tree: Tree) -> bytes:
    """Write a tree object, in git's order: by bytes, a folder as if its name ended in a slash."""
    ordered = sorted(tree.items(), key=lambda item: item[0] + b"/" if item[1][0] == FOLDER else item[0])
    return b"".join(b"%s %s\0%s" % (mode, name, object_id) for name, (mode, object_id) in ordered)


def tree_of(reader: ObjectReader, tree_id: str) -> Tree:
    """Read the tree of this id.

    Raises:
        ArchiveError: the object is something else.
    """
    _, kind, content = reader.get(tree_id)
    if kind != "tree":
        raise ArchiveError(f"{tree_id} is a {kind}, not a folder")
    return parse_tree(content)


def root_of(reader: ObjectReader, commit: str) -> str:
    """Give the id of the root folder of a commit.

    Raises:
        UnknownObjectError: there is no such commit.
    """
    _, kind, content = reader.get(commit)
    if kind != "commit":
        raise UnknownObjectError(f"{commit} is a {kind}, not a commit")
    return content[len(b"tree ") : len(b"tree ") + 40].decode()


def _is_fresh(target: Path) -> bool:
    # Touched as git does, so that a clean-up that runs meanwhile sees the object as just written.
    try:
        os.utime(target)
    except FileNotFoundError:
        return False
    except PermissionError:
        return target.exists()
    return True
