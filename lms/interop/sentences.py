"""What the readers say, for the catalogues: they speak English, as the command prints it; `%(name)s` stands for what differs. Pure.

A `%(reason)s` is a sentence of this list itself.
"""

from __future__ import annotations

import re
from functools import lru_cache


def N_(text: str) -> str:
    """Mark ``text`` for translation."""
    return text


SENTENCES = (
    # a question that is not carried
    N_("it has no question before its options"),
    N_("it has no line 'ANSWER: …'"),
    N_("the answer %(what)s is none of its options"),
    N_("it is too long for one question: split it, or write it here"),
    N_("it has several gaps in one text: write each as a question of its own"),
    N_("it is a text without a question, or its braces are not closed"),
    N_("its braces do not match"),
    N_("a weight of %(n)s %% is beyond 100"),
    N_("a fraction of %(n)s %% is beyond 100"),
    N_("a pair has no arrow '->'"),
    N_("it has %(n)s options"),
    N_("no option counts as fully right"),
    N_("several options count as fully right, though only one may be chosen"),
    N_("%(what)s is no number that can be marked"),
    N_("%(what)s is no number"),
    N_("no number counts as fully right"),
    N_("no answer counts as fully right"),
    N_("it has no pairs"),
    N_("it has %(n)s entries on the right"),
    N_("it has %(n)s steps"),
    N_("Moodle's question type has no counterpart here"),
    N_("it is a text without a question"),
    N_("its numbers are drawn by a formula for each person: write it with fixed numbers"),
    N_("words are chosen for gaps in a text: write each gap as a choice"),
    N_("words are dragged into a text: write each gap as a choice, or as matching"),
    N_("words are dragged into a text: write it as matching"),
    N_("things are dragged onto a picture"),
    N_("markers are dragged onto a picture"),
    N_("it draws another question at random"),
    N_("it is made at random from other questions"),
    N_("its answers are not true and false"),
    N_("the manifest names a file that is not in the archive"),
    N_("the file does not begin with assessmentItem"),
    N_("the response that it asks for is not declared"),
    N_("it asks nothing: it has no interaction"),
    N_("it has %(n)s interactions in one: write each as a question of its own"),
    N_("its numbers or words are drawn anew for each person: write it with fixed ones"),
    N_("it goes on in several steps, each after the answer to the last"),
    N_("this QTI interaction has no counterpart here"),
    N_("a word is chosen for a gap in a text: write it as a choice"),
    N_("places on a picture are put in order"),
    N_("places on a picture are joined"),
    N_("a place on a picture is chosen"),
    N_("a point on a picture is chosen"),
    N_("things are placed on a picture"),
    N_("words in a text are chosen"),
    N_("pairs are formed within one list: write it as matching"),
    N_("a number is chosen on a slider: write it as a number to enter"),
    N_("a file is handed in: write it as a work sample"),
    N_("something is drawn"),
    N_("it is a recording without a question"),
    N_("it needs a programme of its own"),
    N_("its right order does not name every entry once"),
    N_("it has not two columns"),
    N_("its right pairs name entries that are not there"),
    N_("an entry on the left has no partner, or several"),
    N_("its type must be one of %(kinds)s"),
    N_("a left entry has nothing that belongs to it"),
    # what is lost of a question that is carried
    N_("the feedback on a right option is now part of the rationale"),
    N_("unequal marks (%(n)s %%) are not carried: every right option counts the same"),
    N_("negative marks (%(n)s %%) are not carried: a wrong choice takes off as much as a right one gives, never below 0"),
    N_("partial marks (%(n)s %%) are not carried: one option is right, the others are wrong"),
    N_("negative marks (%(n)s %%) are not carried: a wrong choice counts 0"),
    N_("unequal marks of pairs are not carried: every right pair counts the same"),
    N_("a second right number (%(n)s) is not carried: an item has one, with a tolerance"),
    N_("the feedback on the right number is now part of the rationale"),
    N_("partial marks (%(n)s %%) for %(number)s are not carried"),
    N_("a wrong number without feedback (%(n)s) is not carried"),
    N_("the accepted answer is a number: it is now a numeric item"),
    N_("answers worth less, and feedback on typed answers, are not carried"),
    N_("typed words are not compared by the machine: it is now a short answer, marked by a person, with the accepted answers as rubric"),
    N_("plain true or false is right by guessing half of the time: add a reason to each judgement"),
    N_("feedback and weights of pairs are not carried"),
    N_("feedback on all other numbers is not carried"),
    N_("further units and their factors are not carried"),
    N_("the information for graders is now one line of the rubric"),
    N_("the asterisk of an accepted answer stands for any words: say it in the rubric"),
    N_("the general feedback for right answers is not carried"),
    N_("the general feedback for wrong answers is not carried"),
    N_("the general feedback for partly right answers is not carried"),
    N_("the template of the answer is not carried"),
    N_("hints are not carried"),
    N_("its weight of %(n)s marks is not carried: questions of a form count the same"),
    N_("tags are not carried: %(tags)s"),
    N_("feedback shown after the answer is not carried; what is said on single options is"),
    N_("notes for candidates, tutors or scorers are not carried"),
    N_("its own marking is not carried: answers are marked by the rule of their kind"),
    N_("styles and companion materials are not carried"),
    N_("different bounds above and below (%(bounds)s) are not carried: the wider one counts on both sides"),
    N_("a picture given by its address in Markdown is replaced by its description"),
    N_("HTML inside Markdown is dropped"),
    N_("the HTML is broken: its words are carried without their form"),
    N_("the text in the language %(language)s is not carried: only Chinese and English are"),
    N_("emphasis is not carried: quiz pages show plain text"),
    N_("scripts are dropped"),
    N_("styles are dropped"),
    N_("formulas are not carried"),
    N_("%(tag)s is dropped: it can be active or come from elsewhere"),
    N_("links are not carried, their words are"),
    N_("%(tag)s is not carried, its words are"),
    N_("a picture is not carried: %(reason)s"),
    # a picture
    N_("it is no PNG, JPEG or GIF picture (SVG is not taken, since it can hold scripts)"),
    N_("it has %(n)s KB; %(most)s KB is the limit"),
    N_("it is wider or higher than %(n)s pixels"),
    N_("%(n)s pictures are taken at most"),
    N_("it lies elsewhere, at an address that is not part of the file"),
    N_("it lies elsewhere, at an address that is not part of the package"),
    N_("its file is missing"),
    N_("its file is damaged"),
    N_("GIFT files hold no pictures"),
    N_("Aiken files hold no pictures"),
    N_("it can't be read, or is too large"),
    # the file as a whole
    N_("the column %(column)s is not part of the template and is not carried"),
    N_("%(file)s: the order, sections and time of a test is not carried"),
    N_("%(file)s: a section of a test is not carried"),
    N_("%(file)s: a text shared by several items is not carried"),
    N_("%(file)s: this resource is not carried"),
    N_("the file has more than %(n)s questions; split it"),
    N_("the table has more than %(n)s questions; split it"),
    N_("%(file)s: the package has more than %(n)s items; split it"),
    N_("%(file)s: the ZIP file is damaged or no ZIP file (%(detail)s)"),
    N_("%(file)s: the archive holds %(n)s files; %(most)s are taken at most"),
    N_("%(file)s: the archive unpacks to more than %(n)s MB"),
    N_("%(file)s: the archive unpacks to more than it says"),
    N_("%(file)s leads out of the archive's own folder"),
    N_("%(file)s is a link to another file"),
    N_("%(file)s is locked with a password"),
    N_("%(file)s is packed in a way that is not taken: use plain ZIP"),
    N_("%(file)s unpacks to more than %(n)s MB"),
    N_("%(file)s unpacks to more than %(n)s times its size, as a bomb does"),
    N_("%(file)s is there twice"),
    N_("this XML is no Moodle question bank: it must begin with <quiz>"),
    N_("%(file)s: the archive has no %(name)s; a QTI package has one at its top"),
    N_("%(file)s: this XML is no QTI item: it must begin with assessmentItem"),
    N_("%(file)s: the file is larger than %(n)s MB"),
    N_("%(file)s: the file is empty"),
    N_("%(file)s: a backup (.mbz) or packed file is not read. In Moodle, export the question bank as Moodle XML"),
    N_("%(file)s: the format can't be recognised. Name it with --format: %(formats)s"),
    N_("%(file)s: the file is no text in UTF-8 or GB18030 and no known format"),
    N_("%(file)s: the table can't be read (%(detail)s)"),
    N_("%(file)s: the file declares a document type or entities, which could read other files or grow without end. Save it without the DOCTYPE line"),
    N_("%(file)s: this is not valid XML (%(detail)s)"),
    N_("%(file)s: the encoding of the XML can't be read. Save it as UTF-8"),
    N_("%(file)s: the XML has more than %(n)s elements or is nested deeper than %(depth)s"),
    N_("%(file)s: the file holds no XML"),
    N_("the first row must be the headings of the template: type, stem_zh, stem_en, a_zh, a_en, … answer"),
    # a package
    N_("%(file)s: the archive has no course.yaml: it is no course package"),
    N_("%(file)s: the archive holds several courses; bring one at a time"),
    N_("%(file)s: course.yaml is not written in UTF-8. Save it again with the encoding UTF-8."),
    N_("it is not part of a course package"),
    N_("it belongs to another folder of the archive"),
    N_("it is not a text file in UTF-8"),
    N_("the picture can't be used as it is"),
    N_("there is more than one item bank; the one beside the course is taken"),
)


def found(sentence: str) -> tuple[str, dict[str, str]] | None:
    """The sentence of the list that ``sentence`` is, and what stands in its gaps; None for one that is not in the list."""
    for pattern, template in _patterns():
        if match := pattern.match(sentence):
            return template, match.groupdict()
    return None


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    # those with fewer gaps first: "it is …" is no file called "it"
    return [(_pattern(one), one) for one in sorted(SENTENCES, key=lambda one: (one.startswith("%("), one.count("%(")))]


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"%\((\w+)\)s", template)
    words = [re.escape(piece.replace("%%", "%")) if n % 2 == 0 else f"(?P<{piece}>.+?)" for n, piece in enumerate(pieces)]
    return re.compile("".join(words) + r"\.?\Z", re.S)
