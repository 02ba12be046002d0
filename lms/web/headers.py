"""Security headers: a content policy with a nonce, and the usual refusals."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def csp_nonce() -> str:
    """The request's nonce; asking for it makes the policy carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(12)
    return g.csp_nonce


def content_policy() -> str:
    """Nothing from outside, no inline script or style but with the nonce. No upgrade-insecure-requests: intranets use HTTP."""
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    return (
        f"default-src 'none'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )


def init_app(app: Flask) -> None:
    """Add the headers to every response; personal pages are never kept by shared caches."""

    @app.after_request
    def secure(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)  # a second one would outweigh what a page says more strictly
        response.headers.setdefault("Content-Security-Policy", content_policy())
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store" if g.get("actor") else "no-store"
        return response
