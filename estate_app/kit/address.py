"""Whose request it is when proxies stand in between. Pure."""


def client_address(peer: str, forwarded_for: str, trusted_proxies: int) -> str:
    """The caller's address: the peer's, or the entry of X-Forwarded-For that the outermost trusted proxy wrote.

    Entries further left are the caller's own invention and are never believed.
    """
    chain = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    if trusted_proxies <= 0 or not chain:
        return peer
    return chain[-min(trusted_proxies, len(chain))][:64]
