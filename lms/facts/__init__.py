"""The register of facts that courses cite: what holds, since when, who changed it, and what has to be looked at when it changes."""
