"""Encrypts backups as a stream: AES-256-GCM in chunks, so that a file of any size is neither held in memory nor cut unnoticed.

Layout: magic, 16 bytes of salt, then chunks of `length (4 bytes, big endian) | ciphertext with tag`. The key is HKDF-SHA256 of
`ESTATE_SECRET_KEY` and the salt, the nonce is the chunk's number, and the last chunk is marked in the associated data.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MAGIC = b"ESTATE-BACKUP-1\n"
_CHUNK = 1024 * 1024
_TAG = 16
_SALT = 16


class EnvelopeError(Exception):
    """The file is not one of ours, was cut or changed, or was made with another secret key."""


def seal(secret: str, source: BinaryIO, target: BinaryIO) -> None:
    """Encrypt a stream."""
    salt = os.urandom(_SALT)
    cipher = AESGCM(_key(secret, salt))
    target.write(_MAGIC + salt)
    number, chunk = 0, source.read(_CHUNK)
    while True:
        following = source.read(_CHUNK)
        sealed = cipher.encrypt(_nonce(number), chunk, _mark(is_last=not following))
        target.write(struct.pack(">I", len(sealed)) + sealed)
        if not following:
            return
        number, chunk = number + 1, following


def unseal(secret: str, source: BinaryIO, target: BinaryIO) -> None:
    """Decrypt a stream; raises EnvelopeError before a wrong byte is believed to be the end."""
    head = source.read(len(_MAGIC) + _SALT)
    if not head.startswith(_MAGIC) or len(head) != len(_MAGIC) + _SALT:
        raise EnvelopeError("not a backup of this product")
    cipher = AESGCM(_key(secret, head[len(_MAGIC) :]))
    chunks = _read_chunks(source)
    number, chunk = 0, next(chunks, None)
    if chunk is None:
        raise EnvelopeError("the file was cut")
    while chunk is not None:
        following = next(chunks, None)
        try:
            target.write(cipher.decrypt(_nonce(number), chunk, _mark(is_last=following is None)))
        except InvalidTag as error:
            raise EnvelopeError("the file was cut or changed, or the secret key is another") from error
        number, chunk = number + 1, following


def _read_chunks(source: BinaryIO) -> Iterator[bytes]:
    while head := source.read(4):
        size = struct.unpack(">I", head)[0] if len(head) == 4 else 0
        chunk = source.read(size) if _TAG <= size <= _CHUNK + _TAG else b""
        if not chunk or len(chunk) != size:
            raise EnvelopeError("the file was cut")
        yield chunk


def _key(secret: str, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"estate backup").derive(secret.encode())


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _mark(*, is_last: bool) -> bytes:
    return b"last" if is_last else b"more"
