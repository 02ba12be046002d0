"""What kind of answer a request wants, and which addresses we send people to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request, current_app, request


def wants_json(request: Request) -> bool:
    """Whether the caller prefers JSON to a page: scripts and tools that say so."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes[best] > request.accept_mimetypes["text/html"]


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def local_target(target: str | None, default: str = "/") -> str:
    """``target`` if it is a path on this server, else ``default``: nobody is led to another host.

    Backslashes and control characters are refused because browsers read them as slashes or drop them.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(ord(character) < 32 for character in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def outside_address(path: str) -> str:
    """``path`` as it opens from elsewhere, for papers and mails: at the ``public_url`` of the settings, else at the host that this request named."""
    return (current_app.config["SETTINGS"].public_url or request.host_url).rstrip("/") + path
