"""UnionPay ACP 5.1.0 on the wire: its signature of a hash of a hash, its signer's certificate, its unescaped answers."""

import binascii
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509.oid import NameOID

from estate_app.payment.gateways.pem import certificates, rsa_private_key

VERSION = "5.1.0"
SIGN_METHOD_RSA = "01"
BRACKETS = {"{": "}", "[": "]"}
TEST_GATEWAY_NAME = "00040000:SIGN"


class UnverifiedMessageError(Exception):
    """A message is not UnionPay's; `reason` is a short snake-case word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MerchantSigner:
    """Signs requests with the merchant's key; `cert_id` is the decimal serial number of its certificate."""

    def __init__(self, private_key_pem: str, certificate_pem: str) -> None:
        self._key = rsa_private_key(private_key_pem)
        self.cert_id = str(certificates(certificate_pem)[0].serial_number)

    def sign(self, fields: Mapping[str, str]) -> dict[str, str]:
        """Return the non-empty fields with their signature."""
        filled = {name: value for name, value in fields.items() if value}
        return filled | {"signature": b64encode(self._key.sign(signed_bytes(filled), PKCS1v15(), SHA256())).decode()}


class SignerChain:
    """Knows UnionPay's signer: a certificate inside each message, issued by a pinned authority to a pinned name.

    The authority of the test gateway and of production until 2025 signs with SHA-1, which the library's own path validation
    refuses; with both issuers pinned it cannot be exploited, so the two links are checked here. Without the check of the name
    any merchant of the same authority could sign.
    """

    def __init__(self, root_pem: str, middle_pem: str, signer_names: tuple[str, ...]) -> None:
        root = certificates(root_pem)[0]
        self._middle = certificates(middle_pem)[0]
        if not _is_issued_by(self._middle, root):
            raise ValueError("UnionPay's middle certificate is not issued by its root")
        self._names = frozenset(signer_names)

    def require_genuine(self, fields: Mapping[str, str], now: datetime) -> None:
        """Check certificate and signature of a message, or raise UnverifiedMessageError."""
        if fields.get("version") != VERSION or fields.get("signMethod") != SIGN_METHOD_RSA:
            raise UnverifiedMessageError("signature_type")
        try:
            key = self._signer_key(fields.get("signPubKeyCert", ""), now)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            # A certificate is parsed where it is looked at: a forged one may break in any of its parts.
            raise UnverifiedMessageError("certificate_unreadable") from error
        try:
            key.verify(b64decode(fields.get("signature", ""), validate=True), signed_bytes(fields), PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error) as error:
            raise UnverifiedMessageError("not_verified") from error

    def _signer_key(self, pem: str, now: datetime) -> RSAPublicKey:
        leaf = x509.load_pem_x509_certificate(pem.encode())
        if not _is_issued_by(leaf, self._middle):
            raise UnverifiedMessageError("certificate_foreign")
        if not all(c.not_valid_before_utc <= now <= c.not_valid_after_utc for c in (leaf, self._middle)):
            raise UnverifiedMessageError("certificate_expired")
        if _signer_name(leaf) not in self._names:
            raise UnverifiedMessageError("certificate_of_another")
        key = leaf.public_key()
        if not isinstance(key, RSAPublicKey):
            raise UnverifiedMessageError("certificate_unreadable")
        return key


def signed_bytes(fields: Mapping[str, str]) -> bytes:
    """Return what RSA signs: the lower-case hex SHA-256 of the sorted `k=v` text, without `signature` and empty values."""
    text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value and name != "signature")
    return hashlib.sha256(text.encode()).hexdigest().encode()


def read_answer_text(text: str) -> dict[str, str]:
    """Read a synchronous answer, which is not URL-encoded: `+` and `=` are literal, brackets protect `&`. Raises ValueError."""
    fields: dict[str, str] = {}
    start, closing = 0, []
    for position, character in enumerate(f"{text.strip()}&"):
        if character in BRACKETS:
            closing.append(BRACKETS[character])
        elif closing and character == closing[-1]:
            closing.pop()
        elif character == "&" and not closing:
            name, equals, value = text.strip()[start:position].partition("=")
            if not equals or name in fields:
                raise ValueError("not an answer of UnionPay")
            fields[name] = value
            start = position + 1
    if closing:
        raise ValueError("an answer with an open bracket")
    return fields


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    key, algorithm = issuer.public_key(), certificate.signature_hash_algorithm
    if certificate.issuer != issuer.subject or not isinstance(key, RSAPublicKey) or not isinstance(algorithm, SHA1 | SHA256):
        return False
    try:
        key.verify(certificate.signature, certificate.tbs_certificate_bytes, PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True


def _signer_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    common = str(names[0].value) if names else ""
    parts = common.split("@")
    # 041@8310000000083040@中国银联股份有限公司@00016495; the test gateway's is bare.
    return parts[2] if len(parts) > 2 else common
