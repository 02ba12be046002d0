"""A small load generator: many users, one thread, raw sockets, so that it leaves the processor to the server it measures.

A user is a generator: it yields `Request`s and is sent a `Response` for each. Time runs from before the connection is
opened (or taken up again, where the server keeps it open) until the last byte of the answer.
"""

import gzip
import heapq
import selectors
import socket
import time
from collections import defaultdict
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

LIMIT = 60.0  # seconds without an answer: the request counts as failed


@dataclass(frozen=True)
class Request:
    """One request. Only those with a `label` are measured. `jar`: cookies of another person than the connection's own;
    `after`: seconds to wait before it is sent, which are not measured."""

    path: str
    form: dict | list | None = None
    label: str = ""
    jar: dict | None = None
    after: float = 0.0


@dataclass(frozen=True)
class Response:
    """`status` 0 stands for a broken connection; `wire` counts the bytes received, headers included."""

    status: int
    head: dict
    raw: bytes
    seconds: float
    wire: int = 0

    @property
    def text(self) -> str:
        packed = self.head.get("content-encoding") == "gzip"
        return (gzip.decompress(self.raw) if packed else self.raw).decode("utf-8", "replace")

    @property
    def location(self) -> str:
        parts = urlsplit(self.head.get("location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")


User = Generator[Request, Response, None]


@dataclass
class Figures:
    """What one label measured: seconds per request, and answers by status."""

    times: list = field(default_factory=list)
    statuses: dict = field(default_factory=lambda: defaultdict(int))
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    @property
    def failed(self) -> int:
        return sum(n for status, n in self.statuses.items() if not 200 <= status < 400)

    def quantile(self, share: float) -> float:
        """Milliseconds that `share` of the requests did not exceed."""
        ordered = sorted(self.times) or [0.0]
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class _Connection:
    """One user's socket with what has been sent and received of the exchange under way."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.cookies: dict[str, str] = {}
        self.socket: socket.socket | None = None
        self.reused = False
        self.request: Request | None = None
        self.pending = b""
        self.received = bytearray()
        self.started = 0.0

    @property
    def jar(self) -> dict[str, str]:
        return self.cookies if self.request.jar is None else self.request.jar


class Load:
    """Runs users against one server until they end or the time is over."""

    def __init__(self, host: str, port: int, limit: float = LIMIT) -> None:
        self.address, self.limit = (host, port), limit
        self.selector = selectors.DefaultSelector()
        self.figures: dict[str, Figures] = defaultdict(Figures)
        self.waiting: list[tuple[float, int, _Connection]] = []

    def run(self, users: Iterable[User], seconds: float = 3600.0) -> dict[str, Figures]:
        """Figures by label. After `seconds` users finish the request under way and stop."""
        begin = time.perf_counter()
        self.deadline = begin + seconds
        self.open = 0
        for user in users:
            self._next(_Connection(user), None)
        while self.open:
            for key, _ in self.selector.select(self._wake()):
                self._ready(key.data)
            self._expire()
        wall = time.perf_counter() - begin
        for figures in self.figures.values():
            figures.seconds = wall
        return self.figures

    def _next(self, connection: _Connection, response: Response | None) -> None:
        try:
            request = next(connection.user) if response is None else connection.user.send(response)
        except StopIteration:
            return self._close(connection)
        if response is not None and time.perf_counter() > self.deadline:
            return self._close(connection)
        self.open += 1
        connection.request = request
        if request.after:
            heapq.heappush(self.waiting, (time.perf_counter() + request.after, id(connection), connection))
        else:
            self._begin(connection)

    def _wake(self) -> float:
        """Send what has waited long enough; seconds until the next one."""
        while self.waiting and self.waiting[0][0] <= time.perf_counter():
            self._begin(heapq.heappop(self.waiting)[2])
        return min(1.0, self.waiting[0][0] - time.perf_counter()) if self.waiting else 1.0

    def note(self, label: str, seconds: float) -> None:
        """Measure something that a user did in several requests."""
        self.figures[label].times.append(seconds)

    def _begin(self, connection: _Connection) -> None:
        self._send(connection, _encode(connection.request, connection.jar, self.address))

    def _send(self, connection: _Connection, data: bytes) -> None:
        connection.started = time.perf_counter()
        connection.received.clear()
        connection.reused = connection.socket is not None
        connection.pending = data
        try:
            if connection.socket is None:
                connection.socket = socket.create_connection(self.address, LIMIT)
                connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.socket.sendall(data)
        except OSError:
            self._broken(connection)

    def _ready(self, connection: _Connection) -> None:
        try:
            chunk = connection.socket.recv(262144)
        except OSError:
            chunk = b""
        connection.received += chunk
        response = _decode(bytes(connection.received), ended=not chunk, seconds=time.perf_counter() - connection.started)
        if response is not None:
            self._answered(connection, response, ended=not chunk)
        elif not chunk:
            self._broken(connection)

    def _broken(self, connection: _Connection) -> None:
        self._close(connection)
        if connection.reused:  # the server closed the connection it had kept: an ordinary client asks again
            return self._send(connection, connection.pending)
        self._answered(connection, Response(0, {}, b"", time.perf_counter() - connection.started), ended=True)

    def _answered(self, connection: _Connection, response: Response, *, ended: bool) -> None:
        self.open -= 1
        if ended or response.head.get("connection", "").lower() == "close":
            self._close(connection)
        _keep_cookies(connection.jar, response)
        if connection.request.label:
            figures = self.figures[connection.request.label]
            figures.times.append(response.seconds)
            figures.statuses[response.status] += 1
        self._next(connection, response)

    def _expire(self) -> None:
        now = time.perf_counter()
        late = [k.data for k in self.selector.get_map().values() if now - k.data.started > self.limit]
        for connection in late:
            connection.reused = False
            self._broken(connection)

    def _close(self, connection: _Connection) -> None:
        if connection.socket is not None:
            self.selector.unregister(connection.socket)
            connection.socket.close()
            connection.socket = None


def _encode(request: Request, cookies: dict, address: tuple) -> bytes:
    body = urlencode(request.form, doseq=True).encode() if request.form is not None else b""
    head = [
        f"{'GET' if request.form is None else 'POST'} {request.path} HTTP/1.1",
        f"Host: {address[0]}:{address[1]}",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "User-Agent: bench",
    ]
    if cookies:
        head.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if request.form is not None:
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def _decode(data: bytes, *, ended: bool, seconds: float) -> Response | None:
    """The answer in `data`, or None while some of it is still to come."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    lines = data[:end].decode("latin-1").split("\r\n")
    head: dict = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        name = name.lower()
        head[name] = f"{head[name]}\n{value.strip()}" if name in head else value.strip()
    body = data[end + 4 :]
    if "content-length" in head and len(body) < int(head["content-length"]):
        return None
    if head.get("transfer-encoding") == "chunked":
        if not body.endswith(b"0\r\n\r\n"):
            return None
        body = _join(body)
    elif "content-length" not in head and not ended:
        return None
    return Response(int(lines[0].split()[1]), head, body, seconds, len(data))


def _join(chunked: bytes) -> bytes:
    parts, at = [], 0
    while True:
        end = chunked.index(b"\r\n", at)
        size = int(chunked[at:end], 16)
        if not size:
            return b"".join(parts)
        parts.append(chunked[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def _keep_cookies(cookies: dict, response: Response) -> None:
    for line in response.head.get("set-cookie", "").split("\n"):
        name, _, value = line.partition(";")[0].partition("=")
        if value:
            cookies[name.strip()] = value.strip()
        else:
            cookies.pop(name.strip(), None)
