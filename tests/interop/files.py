"""The sample files, and archives made of them."""

import io
import zipfile
from base64 import b64decode
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "data" / "interop"
PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PICTURE = "6b7fa434f92a8b80.png"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def members(name: str) -> dict[str, bytes]:
    """A sample package's files, with its picture."""
    root = SAMPLES / name
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.xml"))} | {"desk.png": PNG}


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()
