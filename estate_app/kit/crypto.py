"""Random tokens, digests, signed texts and texts sealed at rest."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet


def new_token() -> str:
    """Make an unguessable token of 256 bits."""
    return secrets.token_urlsafe(32)


def new_code(digits: int = 6) -> str:
    """Make a random numeric code."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def digest(text: str) -> str:
    """The SHA-256 of a token, which is all that the database keeps of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def sign(key: str, *parts: object) -> str:
    """Sign parts with HMAC-SHA256; each part's length is bound, so that no two lists sign alike."""
    text = "".join(f"{len(s)}:{s}" for s in map(str, parts))
    mac = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:24]).decode()


def is_signed(key: str, signature: str, *parts: object) -> bool:
    """Compare a signature in constant time."""
    return hmac.compare_digest(sign(key, *parts).encode(), signature.encode())


def seal(key: str, purpose: str, text: str) -> str:
    """Encrypt a text that is kept in the database, with a key of its own for each purpose."""
    return _box(key, purpose).encrypt(text.encode()).decode()


def unseal(key: str, purpose: str, sealed: str) -> str:
    """Read a sealed text; raises cryptography's InvalidToken when the key is another."""
    return _box(key, purpose).decrypt(sealed.encode()).decode()


def _box(key: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.new(key.encode(), f"seal:{purpose}".encode(), hashlib.sha256).digest()))
