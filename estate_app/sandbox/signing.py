"""Signatures and encryption as the vendors make them."""

from base64 import b64decode, b64encode
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key


@cache
def private_key(pem: str) -> RSAPrivateKey:
    """Load an RSA private key; once, for the library's checks of a key take a tenth of a second."""
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """Return the base64 of an RSA PKCS#1 v1.5 SHA-256 signature."""
    return b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Tell whether the base64 signature is of this message."""
    try:
        key.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def encrypt_aes_gcm(key: str, nonce: str, associated_data: str, plaintext: bytes) -> str:
    """Return the base64 of ciphertext and tag, as WeChat Pay's AEAD_AES_256_GCM."""
    return b64encode(AESGCM(key.encode()).encrypt(nonce.encode(), plaintext, associated_data.encode())).decode()


def spoil(signature: str) -> str:
    """Return a well-formed signature that fits nothing: the bytes in reverse."""
    return b64encode(b64decode(signature)[::-1]).decode()
