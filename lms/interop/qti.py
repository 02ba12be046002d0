"""QTI 2.x and 3.0: items as XML, alone or in a content package with imsmanifest.xml (1EdTech). Pure.

Names are compared without namespace, prefix, hyphens and capitals, in which the two versions differ.
"""

import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lms.core.errors import Invalid, LmsError, Refused
from lms.interop import safe_xml
from lms.interop.drafts import TOO_LONG, CannotCarry, Import, Imported, Source
from lms.interop.qti_items import Reader, interaction_kind, item_of
from lms.interop.safe_xml import attributes, local

MANIFEST = "imsmanifest.xml"


def read_package(files: Mapping[str, bytes], name: str, work: Import) -> Imported:
    """Every item that the manifest names, in its order."""
    manifest = _manifest(files)
    if manifest is None:
        raise Invalid(f"{name}: the archive has no {MANIFEST}; a QTI package has one at its top")
    for number, href in enumerate(_items(safe_xml.parse(files[manifest], manifest, work.limits), work), start=1):
        if number > work.limits.questions:
            raise Refused(f"{name}: the package has more than {work.limits.questions} items; split it")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(manifest), href))
        _file(number, href, path, files, work)
    return work.finished()


def read_item(root: Element, name: str, work: Import) -> Imported:
    """One item file on its own."""
    if local(root) != "assessmentitem":
        raise Invalid(f"{name}: this XML is no QTI item: it must begin with assessmentItem")
    _item(1, name, "", root, {}, work)
    return work.finished()


def _manifest(files: Mapping[str, bytes]) -> str | None:
    return min((path for path in files if posixpath.basename(path).lower() == MANIFEST), key=lambda path: path.count("/"), default=None)


def _items(manifest: Element, work: Import) -> Iterator[str]:
    """Addresses of the resources that are items; other resources that hold anything to do are named in a remark."""
    for resource in (one for one in manifest.iter() if local(one) == "resource"):
        given = attributes(resource)
        kind = given.get("type", "").lower()
        if kind.startswith("imsqti_item"):
            yield unquote(given.get("href", ""))
        elif kind.startswith("imsqti_"):
            work.outcome.remarks.append(f"{given.get('href', 'a resource')[:80]}: {_OTHER.get(kind.split('_')[1], 'this resource')} is not carried")


_OTHER = {"test": "the order, sections and time of a test", "section": "a section of a test", "stimulus": "a text shared by several items"}


def _file(number: int, href: str, path: str, files: Mapping[str, bytes], work: Import) -> None:
    """One file of the package; a faulty one is left and hides none of the others."""
    source = Source(number, href, "item")
    if path not in files:
        work.leave(source, "the manifest names a file that is not in the archive")
        return
    if len(files[path]) > work.limits.question_characters:
        work.leave(source, TOO_LONG)
        return
    try:
        root = safe_xml.parse(files[path], posixpath.basename(path), work.limits)
    except LmsError as error:
        work.leave(source, str(error))
        return
    if local(root) != "assessmentitem":
        work.leave(source, "the file does not begin with assessmentItem")
        return
    _item(number, href, path, root, files, work)


def _item(number: int, href: str, path: str, root: Element, files: Mapping[str, bytes], work: Import) -> None:
    given = attributes(root)
    source = Source(number, given.get("title") or given.get("identifier") or href, interaction_kind(root))
    notes: list[str] = []
    reader = Reader(root, notes.append, lambda address: _picture(address, path, files, work))
    try:
        if _too_long(root, work):
            raise CannotCarry(TOO_LONG)
        item = item_of(reader)
        work.carry(source, item, notes, wanted_id=given.get("identifier", ""), language=reader.language)
    except CannotCarry as reason:
        work.leave(source, str(reason))


def _too_long(root: Element, work: Import) -> bool:
    return sum(1 for _ in root.iter()) > work.limits.question_marks or work.limits.too_long("".join(root.itertext()))


def _picture(address: str, path: str, files: Mapping[str, bytes], work: Import) -> tuple[str | None, str]:
    if "://" in address or address.startswith("//"):
        return None, "it lies elsewhere, at an address that is not part of the package"
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(address)))
    return work.pictures.add(files[wanted]) if wanted in files else (None, "its file is missing")
