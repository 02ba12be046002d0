"""One QTI item (2.x or 3.0) as one of our kinds: choice, order, match, text and number to enter, free text. Pure."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from lms.interop import kinds
from lms.interop.drafts import CannotCarry
from lms.interop.kinds import Amount, Choice
from lms.interop.safe_xml import attributes, local
from lms.interop.texts import Phrase, Picture, from_html, language_of

NOT_CARRIED = {
    "inlinechoiceinteraction": "a word is chosen for a gap in a text: write it as a choice",
    "gapmatchinteraction": "words are dragged into a text: write it as matching",
    "graphicgapmatchinteraction": "things are dragged onto a picture",
    "graphicorderinteraction": "places on a picture are put in order",
    "graphicassociateinteraction": "places on a picture are joined",
    "hotspotinteraction": "a place on a picture is chosen",
    "selectpointinteraction": "a point on a picture is chosen",
    "positionobjectinteraction": "things are placed on a picture",
    "hottextinteraction": "words in a text are chosen",
    "associateinteraction": "pairs are formed within one list: write it as matching",
    "sliderinteraction": "a number is chosen on a slider: write it as a number to enter",
    "uploadinteraction": "a file is handed in: write it as a work sample",
    "drawinginteraction": "something is drawn",
    "mediainteraction": "it is a recording without a question",
    "custominteraction": "it needs a programme of its own",
    "portablecustominteraction": "it needs a programme of its own",
}
_FEEDBACK = {"feedbackinline", "feedbackblock", "rubricblock", "modalfeedback", "templateinline", "templateblock"}
_VOID = {"br", "hr", "img"}
_STANDARD = ("match_correct", "map_response")


class Reader:
    """An item's declarations and texts."""

    def __init__(self, root: Element, note: kinds.Note, picture: Picture) -> None:
        self.root, self.note, self.picture = root, note, picture
        self.language = language_of(attributes(root).get("lang", ""))
        self.body = next((one for one in root if local(one) == "itembody"), None)

    def declaration(self, interaction: Element) -> Element:
        wanted = attributes(interaction).get("responseidentifier")
        for one in self.root:
            if local(one) == "responsedeclaration" and attributes(one).get("identifier") == wanted:
                return one
        raise CannotCarry("the response that it asks for is not declared")

    def correct(self, declaration: Element) -> list[str]:
        return [text_of(value) for one in declaration if local(one) == "correctresponse" for value in one if local(value) == "value"]

    def mapping(self, declaration: Element) -> dict[str, float]:
        """What each response is worth, in the item's own points."""
        entries = [attributes(one) for mapping in declaration if local(mapping) == "mapping" for one in mapping if local(one) == "mapentry"]
        return {one.get("mapkey", "").strip(): float(kinds.number(one.get("mappedvalue", "0"))) for one in entries}

    def unmapped(self, declaration: Element) -> float:
        """What a response is worth that the mapping does not name."""
        found = [attributes(one).get("defaultvalue", "0") for one in declaration if local(one) == "mapping"]
        return float(kinds.number(found[0])) if found else 0.0

    def phrase(self, html: str) -> Phrase:
        return from_html(html, self.note, self.picture)

    def content(self, element: Element) -> Phrase:
        """What an entry says, without the feedback inside it."""
        return self.phrase(_inner(element, skip=_FEEDBACK))

    def feedback(self, element: Element) -> Phrase:
        return self.phrase(" ".join(_inner(one, skip=set()) for one in element.iter() if local(one) == "feedbackinline"))

    def stem(self, interaction: Element) -> Phrase:
        """The body around the interaction and its prompt; a field inside a sentence leaves a gap."""
        prompt = "".join(f"<p>{_inner(one, skip=_FEEDBACK)}</p>" for one in interaction if local(one) == "prompt")
        gap = f" {kinds.GAP} " if local(interaction) == "textentryinteraction" else prompt
        return self.phrase(_inner(self.body, skip=_FEEDBACK, put={id(interaction): gap}))


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _inner(element: Element, *, skip: set[str], put: dict[int, str] | None = None) -> str:
    """The HTML inside an element. `skip` names elements left out, `put` gives what stands in an element's place."""
    parts = [escape(element.text or "", quote=False)]
    for child in element:
        parts.append(_outer(child, skip=skip, put=put or {}))
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)


def _outer(child: Element, *, skip: set[str], put: dict[int, str]) -> str:
    name = local(child)
    if id(child) in put:
        return put[id(child)]
    if name in skip or not name.isalnum():
        return ""
    given = attributes(child)
    if name == "object" and given.get("type", "").startswith("image/"):
        return _image(given.get("data", ""), text_of(child))
    if name == "img":
        return _image(given.get("src", ""), given.get("alt", ""))
    kept = "".join(f' {key}="{escape(given[key])}"' for key in ("lang", "class", "href") if key in given)
    active = "".join(f' {key}=""' for key in given if key.startswith("on") and key.isalnum())
    inner = _inner(child, skip=skip, put=put)
    return f"<{name}{kept}{active}>" + ("" if name in _VOID else f"{inner}</{name}>")


def _image(source: str, words: str) -> str:
    return f'<img src="{escape(source)}" alt="{escape(words)}">'


def interactions(root: Element) -> Iterator[Element]:
    return (one for one in root.iter() if local(one).endswith("interaction"))


def interaction_kind(root: Element) -> str:
    """The name of the item's interaction for a report; several are named together."""
    return " + ".join(local(one).removesuffix("interaction")[:30] for one, _ in zip(interactions(root), range(5))) or "no interaction"


def item_of(reader: Reader) -> dict[str, Any]:
    """Our item. Raises CannotCarry."""
    found = list(interactions(reader.root))
    if reader.body is None or not found:
        raise CannotCarry("it asks nothing: it has no interaction")
    if len(found) > 1:
        raise CannotCarry(f"it has {len(found)} interactions in one: write each as a question of its own")
    if any(local(one) == "templatedeclaration" for one in reader.root):
        raise CannotCarry("its numbers or words are drawn anew for each person: write it with fixed ones")
    if attributes(reader.root).get("adaptive") == "true":
        raise CannotCarry("it goes on in several steps, each after the answer to the last")
    kind = local(found[0])
    if kind not in _KINDS:
        raise CannotCarry(NOT_CARRIED.get(kind, "this QTI interaction has no counterpart here"))
    item = _KINDS[kind](reader, found[0])
    _losses(reader)
    return item


def _losses(reader: Reader) -> None:
    names = [local(one) for one in reader.root.iter()]
    if "modalfeedback" in names or "feedbackblock" in names:
        reader.note("feedback shown after the answer is not carried; what is said on single options is")
    if "rubricblock" in names:
        reader.note("notes for candidates, tutors or scorers are not carried")
    for one in (one for one in reader.root if local(one) == "responseprocessing"):
        template = attributes(one).get("template", "")
        if (len(one) or template) and not any(name in template for name in _STANDARD) and not _equal(reader):
            reader.note("its own marking is not carried: answers are marked by the rule of their kind")
    if any(local(one) in ("stylesheet", "companionmaterialsinfo") for one in reader.root):
        reader.note("styles and companion materials are not carried")


def _choice(reader: Reader, interaction: Element) -> dict[str, Any]:
    declaration = reader.declaration(interaction)
    several = attributes(declaration).get("cardinality", "single") != "single"
    correct, worth = set(reader.correct(declaration)), reader.mapping(declaration)
    correct = correct or {key for key, value in worth.items() if value > 0 and (several or value == max(worth.values()))}
    total = sum(worth.get(key, 0) for key in correct) if several else max(worth.values(), default=0)
    share = kinds.FULL / max(1, len(correct)) if several else kinds.FULL
    other = reader.unmapped(declaration)

    def percent(key: str) -> float:
        if key in correct:
            return kinds.FULL * worth[key] / total if worth.get(key, 0) > 0 and several else share
        return 0.0 if total <= 0 else min(kinds.FULL * worth.get(key, other) / total, 0.0 if several else kinds.FULL - 1)

    entries = [one for one in interaction if local(one) == "simplechoice"]
    options = [Choice(reader.content(one), percent(attributes(one).get("identifier", "")), reader.feedback(one)) for one in entries]
    return kinds.choice(reader.stem(interaction), options, several=several, shuffle=attributes(interaction).get("shuffle") == "true", note=reader.note)


def _order(reader: Reader, interaction: Element) -> dict[str, Any]:
    entries = {attributes(one).get("identifier", ""): reader.content(one) for one in interaction if local(one) == "simplechoice"}
    order = reader.correct(reader.declaration(interaction))
    if sorted(order) != sorted(entries):
        raise CannotCarry("its right order does not name every entry once")
    return kinds.ordering(reader.stem(interaction), [entries[key] for key in order])


def _match(reader: Reader, interaction: Element) -> dict[str, Any]:
    sets = [[one for one in part if local(one) == "simpleassociablechoice"] for part in interaction if local(part) == "simplematchset"]
    if len(sets) != 2:
        raise CannotCarry("it has not two columns")
    left, right = ({attributes(one).get("identifier", ""): reader.content(one) for one in part} for part in sets)
    declaration = reader.declaration(interaction)
    pairs = [pair.split() for pair in reader.correct(declaration) or [key for key, value in reader.mapping(declaration).items() if value > 0]]
    if any(len(pair) != 2 or pair[0] not in left or pair[1] not in right for pair in pairs):
        raise CannotCarry("its right pairs name entries that are not there")
    if sorted(pair[0] for pair in pairs) != sorted(left):
        raise CannotCarry("an entry on the left has no partner, or several")
    worth = reader.mapping(declaration)
    if len({worth.get(" ".join(pair), 0) for pair in pairs}) > 1:
        reader.note("unequal marks of pairs are not carried: every right pair counts the same")
    used = {pair[1] for pair in pairs}
    target = dict(pairs)
    return kinds.matching(reader.stem(interaction), [(text, right[target[key]]) for key, text in left.items()],
                          [text for key, text in right.items() if key not in used])


def _text_entry(reader: Reader, interaction: Element) -> dict[str, Any]:
    declaration = reader.declaration(interaction)
    correct, worth = reader.correct(declaration), reader.mapping(declaration)
    best = max(worth.values(), default=0)
    stem = reader.stem(interaction)
    if attributes(declaration).get("basetype") in ("integer", "float"):
        values = correct or [key for key, value in worth.items() if value == best > 0]
        tolerance = _tolerance(reader)
        amounts = [Amount(kinds.number(value), tolerance(kinds.number(value))) for value in values]
        return kinds.numeric(stem, amounts, unit=Phrase(), note=reader.note)
    accepted = [Choice(Phrase.of(text), kinds.FULL) for text in dict.fromkeys([*correct, *(key for key, value in worth.items() if value == best > 0)])]
    accepted += [Choice(Phrase.of(key), kinds.FULL / 2) for key, value in worth.items() if 0 < value < best and key not in correct]
    return kinds.text_entry(stem, accepted, note=reader.note)


def _equal(reader: Reader) -> Element | None:
    processing = (one for one in reader.root if local(one) == "responseprocessing")
    return next((one for part in processing for one in part.iter() if local(one) == "equal"), None)


def _tolerance(reader: Reader) -> Callable[[Decimal], Decimal]:
    """How far off a number may be by the item's own `equal`; the wider of two bounds, and percents of the number."""
    equal = _equal(reader)
    given = {} if equal is None else attributes(equal)
    mode, said = given.get("tolerancemode", "exact"), given.get("tolerance", "").split()
    if mode not in ("absolute", "relative") or not said:
        return lambda _value: Decimal(0)
    bounds = [abs(kinds.number(one)) for one in said[:2]]
    if len(set(bounds)) > 1:
        reader.note(f"different bounds above and below ({' and '.join(map(str, bounds))}) are not carried: the wider one counts on both sides")
    return (lambda _value: max(bounds)) if mode == "absolute" else (lambda value: abs(value) * max(bounds) / 100)


def _extended(reader: Reader, interaction: Element) -> dict[str, Any]:
    return kinds.essay(reader.stem(interaction))


_KINDS = {
    "choiceinteraction": _choice, "orderinteraction": _order, "matchinteraction": _match, "textentryinteraction": _text_entry,
    "extendedtextinteraction": _extended,
}
