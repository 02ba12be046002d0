"""Charts: frozen series in, SVG with live text out. Knows no database, no request and no capability."""
