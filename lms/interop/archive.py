"""ZIP files from strangers, read into memory within bounds; nothing is ever unpacked to a disk. Pure."""

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib

from lms.core.errors import Invalid, Refused
from lms.interop.limits import LIMITS, Limits

SIGNATURE = b"PK\x03\x04"
_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error, KeyError,
            OverflowError)
_DRIVE = re.compile(r"^[A-Za-z]:")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


def read(data: bytes, name: str, limits: Limits = LIMITS) -> dict[str, bytes]:
    """The files of an archive by their path. Raises Refused for tricks and bombs, Invalid for a damaged archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _ensure_modest(members, name, limits)
            return _contents(archive, members, name, limits)
    except _DAMAGED as error:
        raise Invalid(f"{name}: the ZIP file is damaged or no ZIP file ({error or type(error).__name__})") from error


def _ensure_modest(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    if len(members) > limits.members:
        raise Refused(f"{name}: the archive holds {len(members)} files; {limits.members} are taken at most")
    if sum(one.file_size for one in members) > limits.unpacked_bytes:
        raise Refused(f"{name}: the archive unpacks to more than {limits.unpacked_bytes // 1_000_000} MB")
    seen: set[str] = set()
    for one in members:
        if reason := _trick(one, limits):
            raise Refused(f"{name}: {one.filename[:80]!r} {reason}")
        if one.filename in seen:
            raise Refused(f"{name}: {one.filename[:80]!r} is there twice")
        seen.add(one.filename)


def _trick(member: zipfile.ZipInfo, limits: Limits) -> str:
    """Why a member is not taken, or nothing. The path is judged as the file says it, before any library tidies it."""
    path = member.orig_filename
    if not path or path.startswith(("/", "\\")) or _DRIVE.match(path) or "\\" in path or "\0" in path or ".." in path.split("/"):
        return "leads out of the archive's own folder"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link to another file"
    if member.flag_bits & _ENCRYPTED:
        return "is locked with a password"
    if member.compress_type not in _METHODS:
        return "is packed in a way that is not taken: use plain ZIP"
    if member.file_size > limits.member_bytes:
        return f"unpacks to more than {limits.member_bytes // 1_000_000} MB"
    if member.file_size > limits.ratio_from and member.file_size > limits.ratio * max(1, member.compress_size):
        return f"unpacks to more than {limits.ratio} times its size, as a bomb does"
    return ""


def _contents(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str, limits: Limits) -> dict[str, bytes]:
    """What the members hold. The directory may lie about sizes: each file is read no further than it may be long."""
    found: dict[str, bytes] = {}
    total = 0
    for one in members:
        with archive.open(one) as file:
            found[one.filename] = file.read(limits.member_bytes + 1)
        total += len(found[one.filename])
        if len(found[one.filename]) > limits.member_bytes or total > limits.unpacked_bytes:
            raise Refused(f"{name}: the archive unpacks to more than it says")
    return found
