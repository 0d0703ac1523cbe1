"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from stepcalc.errors import OverwriteError, UsageError
from stepcalc.messages import say


def may_write(file: Path, *, force: bool, how: str = "--force") -> None:
    """Refuse a file that is there already, unless overwriting it was asked for.

    Args:
        file: The place.
        force: Whether overwriting was asked for.
        how: How to ask for it.

    Raises:
        OverwriteError: It is there.
    """
    if file.exists() and not force:
        raise OverwriteError(say("file-exists", file=file, how=how), code="file-exists")


def write_whole(file: Path, content: str | bytes) -> None:
    """Write a file so that it is there in full or, if anything goes wrong, as it was before.

    Args:
        file: The place.
        content: Text, which is written in UTF-8, or bytes.

    Raises:
        UsageError: The place cannot be written to.
    """
    with whole(file) as stream:
        stream.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def whole(file: Path) -> Iterator[IO[bytes]]:
    """Something to write to that takes the file's place when all is written, and is nothing until then.

    Where the system has files without a name, a process that is killed while writing leaves nothing behind.

    Args:
        file: The place.

    Raises:
        UsageError: The place cannot be written to.
    """
    try:
        stream, name = _without_a_name(file) or _hidden(file)
    except OSError as problem:
        raise _not_written(file, problem) from None
    try:
        with stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if name is None:
                name = _named(stream, file)
        os.replace(name, file)  # noqa: PTH105
    except OSError as problem:
        _remove(name)
        raise _not_written(file, problem) from None
    except BaseException:
        _remove(name)
        raise


def _without_a_name(file: Path) -> tuple[IO[bytes], None] | None:
    """A file that vanishes with the process, unless it is given a name; ``None`` where there is no such thing."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.fdopen(os.open(file.parent, flag | os.O_WRONLY, 0o666), "wb"), None
    except OSError:
        return None


def _named(stream: IO[bytes], file: Path) -> str:
    """The name that a finished file without one is given, beside the place it is to take."""
    from secrets import token_hex

    name = str(file.parent / f".{file.name}.{token_hex(6)}")
    # Told from which folder, Python follows the link that names the open file.
    os.link(f"/proc/self/fd/{stream.fileno()}", name, src_dir_fd=stream.fileno())
    return name


def _hidden(file: Path) -> tuple[IO[bytes], str]:
    """A file under another name in the same folder."""
    import tempfile

    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    _readable_like_any_other(name)
    return os.fdopen(handle, "wb"), name


def _remove(name: str | None) -> None:
    if name is not None:
        Path(name).unlink(missing_ok=True)


def _readable_like_any_other(name: str) -> None:
    """Give a temporary file, which only its owner may read, the permissions that a new file would have."""
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)


def _not_written(file: Path, problem: OSError) -> UsageError:
    return UsageError(say("not-written", file=file, problem=problem.strerror or problem), code="not-written")
