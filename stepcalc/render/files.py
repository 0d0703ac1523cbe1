"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

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
    import tempfile

    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as problem:
        raise _not_written(file, problem) from None
    try:
        with open(handle, "wb") as stream:  # noqa: PTH123
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _readable_like_any_other(name)
        os.replace(name, file)  # noqa: PTH105
    except OSError as problem:
        Path(name).unlink(missing_ok=True)
        raise _not_written(file, problem) from None
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _readable_like_any_other(name: str) -> None:
    """Give a temporary file, which only its owner may read, the permissions that a new file would have."""
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)


def _not_written(file: Path, problem: OSError) -> UsageError:
    return UsageError(say("not-written", file=file, problem=problem.strerror or problem), code="not-written")
