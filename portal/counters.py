"""Owns where the processes of one server count: in memory, off the data disk, with the room taken before it is needed.

A counter's file is mapped into memory. Where its disk is full, a write to it does not fail: the kernel ends the process
(SIGBUS). So the files lie in shared memory where there is any, and every byte of them is reserved before it is mapped;
where that fails, the process counts for itself, or not at all, and serves. This knows nothing of Prometheus' client,
which must not be loaded before the folder is named.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, and looked at before it is trusted
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
KINDS = ("counter", "histogram")
# Labels are few and closed: all of a worker's series need less than a fifth of this for each kind.
RESERVED_BYTES = 1_048_576


def default_folder(var_dir: Path, shared_memory: Path = SHARED_MEMORY) -> Path:
    """Where to count when nobody says: in shared memory, or beside the data where there is none of ours to be had."""
    name = hashlib.sha256(str(var_dir).encode()).hexdigest()[:16]
    folder = shared_memory / f"portal-{os.getuid()}-{name}"
    return folder if is_own(folder) else var_dir / "metrics"


def is_own(folder: Path) -> bool:
    """Whether the folder is there, or could be made, and nobody else's: any user may write to shared memory."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return not folder.is_symlink() and folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK)
    except OSError:
        return False


def open_folder(parent: Path) -> None:
    """Make this server's folder and name it to Prometheus' client; what killed servers left is removed.

    Without room in ``parent`` nothing is named, and each process counts for itself.
    """
    own = parent / str(os.getpid())
    if os.environ.get(VARIABLE) == str(own) or "prometheus_client" in sys.modules:
        return  # a reload: the workers are still counting, wherever they do
    os.environ.pop(VARIABLE, None)  # of the server that this one takes over from
    try:
        parent.mkdir(exist_ok=True)
        remove_ended(parent, own)
        own.mkdir()
    except OSError:
        return
    atexit.register(close_folder)
    if reserve(own):
        os.environ[VARIABLE] = str(own)


def remove_ended(parent: Path, own: Path) -> None:
    for folder in parent.iterdir():
        if folder == own or not is_alive(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def close_folder() -> None:
    """Remove what this server counted in; called as the last thing, in workers too, whose it is not."""
    folder = os.environ.get(VARIABLE, "")
    if Path(folder).name == str(os.getpid()):
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # another server counts beside it
            Path(folder).parent.rmdir()


def reserve(folder: Path | None = None) -> bool:
    """Take the room for all that this process will count; False if there is not enough, and nothing is left behind."""
    folder = folder or Path(os.environ[VARIABLE])
    files = [folder / f"{kind}_{os.getpid()}.db" for kind in KINDS]
    try:
        for file in files:
            allocate(file)
    except OSError:
        for file in files:
            file.unlink(missing_ok=True)
        return False
    return True


def allocate(file: Path) -> None:
    """Make ``file``, all zeros, with its room on the disk."""
    with file.open("wb") as made:
        os.posix_fallocate(made.fileno(), 0, RESERVED_BYTES)


def is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError, OverflowError):
        return True
    return True
