"""What people do, as users of the load generator: sign in, read, answer, hand in, look at the heat map."""

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from bench.load import Load, Request, Response, User

TOKEN = re.compile(r'name="(csrf_token|token)" value="([^"]+)"')
CHOICE = re.compile(r'<input type="(radio|checkbox)" name="answer" value="([^"]+)"')
SELECT = re.compile(r'(?s)<select id="row-[^"]*" name="(pair-[^"]+)".*?</select>')
OPTION = re.compile(r'<option value="([^"]+)"')


class Unexpected(Exception):
    """The server answered something that the scenario does not know; the figures would mean nothing."""


def expect(response: Response, *statuses: int) -> Response:
    """The response, if its status is one of `statuses`."""
    if response.status not in statuses:
        raise Unexpected(f"{response.status} {response.location}\n{response.text[:600]}")
    return response


@dataclass
class Person:
    """Someone who can sign in, with the cookies of their browser and their attempt under way."""

    login: str
    password: str
    jar: dict = field(default_factory=dict)
    attempt: str = ""
    acknowledged: list = field(default_factory=list)


def sign_in(people: Iterator[Person], *, pause: float = 0.0) -> User:
    """Sign one person after the other in; the password check is measured, the form before it is not."""
    for person in people:
        page = expect((yield Request("/login", jar=person.jar, after=pause)), 200)
        form = dict(TOKEN.findall(page.text)) | {"login": person.login, "password": person.password, "next": "/me/account"}
        expect((yield Request("/login", form, "sign-in", jar=person.jar)), 302)


def read(people: Sequence[Person], paths: Sequence[str], label: str, rng: random.Random) -> User:
    """Open one page after the other, each as somebody else."""
    while True:
        expect((yield Request(rng.choice(paths), label=label, jar=rng.choice(people).jar)), 200)


def visit(people: Iterator[Person], path: str) -> User:
    """Everybody opens one page; not measured."""
    for person in people:
        expect((yield Request(path, jar=person.jar)), 200)


def start(people: Iterator[Person], slug: str) -> User:
    """Begin the evidence quiz of a course; not measured."""
    for person in people:
        page = expect((yield Request(f"/assessments/{slug}/", jar=person.jar)), 200)
        form = dict(TOKEN.findall(page.text)) | {"purpose": "evidence"}
        begun = expect((yield Request(f"/assessments/{slug}/start", form, jar=person.jar)), 303)
        person.attempt = begun.location


def answer(load: Load, people: Iterator[Person], rng: random.Random, label: str = "") -> User:
    """Answer every question of the attempt: save, then open the next page; both together are one answer."""
    for person in people:
        page = expect((yield Request(person.attempt, jar=person.jar)), 303)
        where = page.location
        page = expect((yield Request(where, jar=person.jar)), 200)
        while not where.endswith("/review"):
            form, token = filled(page.text, rng)
            saved = expect((yield Request(where, form, f"answer{label}", jar=person.jar)), 303)
            person.acknowledged.append(token)
            where = saved.location
            page = expect((yield Request(where, label=f"next page{label}", jar=person.jar)), 200)
            load.note(f"answer, then next{label}", saved.seconds + page.seconds)


def filled(html: str, rng: random.Random) -> tuple[list, str]:
    """The form of a question filled in somehow, with its own token."""
    fields = dict(TOKEN.findall(html))
    form = list(fields.items())
    if choices := CHOICE.findall(html):
        return [*form, ("answer", unescape(rng.choice(choices)[1]))], fields["token"]
    selects = list(SELECT.finditer(html))
    if not selects:
        return [*form, ("answer", str(rng.randint(1, 40)))], fields["token"]
    options = OPTION.findall(selects[0].group())
    picked = rng.sample(options, len(selects))
    return [*form, *((found.group(1), unescape(value)) for found, value in zip(selects, picked))], fields["token"]


def hand_in(people: Iterator[Person]) -> User:
    """Submit the attempt: marking, estimates and rollups in one request."""
    for person in people:
        address = person.attempt.rstrip("/")
        page = expect((yield Request(f"{address}/review", jar=person.jar)), 200)
        form = dict(TOKEN.findall(page.text))
        expect((yield Request(f"{address}/submit", form, "finish", jar=person.jar)), 303)


def shared(people: Sequence[Person]) -> Iterator[Person]:
    """One queue for several users: each person is taken once."""
    return iter(people)


def crowd(make, count: int) -> list[User]:
    """`count` users at the same time."""
    return [make() for _ in itertools.repeat(None, count)]
