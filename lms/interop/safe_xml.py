"""XML from strangers: no document type, no entities, nothing from outside, bounded in depth and size. Pure."""

import io
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from lms.core.errors import Invalid, Refused
from lms.interop.limits import LIMITS, Limits


def parse(data: bytes, name: str, limits: Limits = LIMITS) -> Element:
    """The root of an XML file. Raises Refused for DTDs, entities and bombs, Invalid for what is no XML."""
    try:
        return _parse(data, name, limits)
    except DefusedXmlException as error:
        raise Refused(f"{name}: the file declares a document type or entities, which could read other files or grow without end. "
                      "Save it without the DOCTYPE line.") from error
    except ParseError as error:
        raise Invalid(f"{name}: this is not valid XML ({error})") from error
    except (LookupError, ValueError) as error:
        raise Invalid(f"{name}: the encoding of the XML can't be read. Save it as UTF-8.") from error


def _parse(data: bytes, name: str, limits: Limits) -> Element:
    depth = count = 0
    root = None
    for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True, forbid_entities=True, forbid_external=True):
        if event == "end":
            depth -= 1
            continue
        root = element if root is None else root
        depth, count = depth + 1, count + 1
        if depth > limits.xml_depth or count > limits.xml_elements:
            raise Refused(f"{name}: the XML has more than {limits.xml_elements} elements or is nested deeper than {limits.xml_depth}")
    if root is None:
        raise Invalid(f"{name}: the file holds no XML")
    return root


def local(element: Element) -> str:
    """An element's name without namespace, in the spelling that QTI 2 and 3 share: `qti-simple-choice` is `simplechoice`."""
    return plain_name(element.tag) if isinstance(element.tag, str) else ""


def plain_name(name: str) -> str:
    """A name of an element or attribute without namespace, prefix `qti-`, hyphens and capitals."""
    return name.rpartition("}")[2].removeprefix("qti-").replace("-", "").lower()


def attributes(element: Element) -> dict[str, str]:
    """Attributes by their plain names."""
    return {plain_name(name): value for name, value in element.attrib.items()}
