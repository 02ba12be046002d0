"""Pictures that come with questions: known by their first bytes, bounded in size, named by their content. Pure."""

import hashlib
import struct
from dataclasses import dataclass, field

from lms.interop.limits import LIMITS, Limits

SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


@dataclass
class Pictures:
    """The pictures of one import. `add` gives the name under which a picture is kept, or says why it is not."""

    limits: Limits = LIMITS
    kept: dict[str, bytes] = field(default_factory=dict)

    def add(self, data: bytes) -> tuple[str | None, str]:
        """(name, "") for a picture that is taken, (None, reason) for one that is not."""
        kind = kind_of(data)
        if kind is None:
            return None, "it is no PNG, JPEG or GIF picture (SVG is not taken, since it can hold scripts)"
        if len(data) > self.limits.picture_bytes:
            return None, f"it has {len(data) // 1000} KB; {self.limits.picture_bytes // 1000} KB is the limit"
        if max(_sides(data, kind)) > self.limits.picture_side:
            return None, f"it is wider or higher than {self.limits.picture_side} pixels"
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{kind}"
        if name not in self.kept and len(self.kept) >= self.limits.pictures:
            return None, f"{self.limits.pictures} pictures are taken at most"
        self.kept[name] = data
        return name, ""


def kind_of(data: bytes) -> str | None:
    """File ending of a picture by its first bytes; None for anything else."""
    return next((kind for mark, kind in SIGNATURES if data.startswith(mark)), None)


def _sides(data: bytes, kind: str) -> tuple[int, int]:
    """Width and height where the header says them at a fixed place; (0, 0) otherwise."""
    if kind == "png" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if kind == "gif" and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    return 0, 0
