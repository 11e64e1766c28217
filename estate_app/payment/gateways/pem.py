"""Keys and certificates as merchants receive them: PEM with any line ends, bare base64, PKCS#1 and PKCS#12. Pure."""

import hashlib
import re
from base64 import b64decode

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_RSA_SIGNATURES = "1.2.840.113549.1.1."


class KeyMaterialError(ValueError):
    """A key or certificate cannot be used; the text says why and names no secret."""


def private_key_pem(text: str) -> str:
    """Return any unencrypted RSA private key as PKCS#8 PEM with LF, the only form that all the vendors' libraries load."""
    return rsa_private_key(text).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def rsa_private_key(text: str) -> RSAPrivateKey:
    """Load an unencrypted RSA private key: PEM (PKCS#1 or PKCS#8, any line ends) or bare base64. Raises KeyMaterialError."""
    cleaned = _lines(text)
    try:
        if "-----BEGIN" in cleaned:
            key = load_pem_private_key(cleaned.encode(), password=None)
        else:
            key = load_der_private_key(b64decode("".join(cleaned.split()), validate=True), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyMaterialError("not an unencrypted private key in PEM or base64") from error
    if not isinstance(key, RSAPrivateKey):
        raise KeyMaterialError("not an RSA key")
    return key


def public_key_pem(text: str) -> str:
    """Return any RSA public key as SubjectPublicKeyInfo PEM with LF."""
    cleaned = _lines(text)
    try:
        if "-----BEGIN" in cleaned:
            key = load_pem_public_key(cleaned.encode())
        else:
            key = load_der_public_key(b64decode("".join(cleaned.split()), validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyMaterialError("not a public key in PEM or base64") from error
    return _rsa_pem(key)


def certificates(text: str) -> list[x509.Certificate]:
    """Return the certificates of a text in order. Raises KeyMaterialError when there is none or one is broken."""
    blocks = _CERTIFICATE.findall(_lines(text))
    if not blocks:
        raise KeyMaterialError("no certificate in PEM")
    try:
        return [x509.load_pem_x509_certificate(block.encode()) for block in blocks]
    except ValueError as error:
        raise KeyMaterialError("a certificate cannot be read") from error


def certificate_key_pem(certificate: x509.Certificate) -> str:
    """Return the public key of a certificate as PEM."""
    return _rsa_pem(certificate.public_key())


def alipay_sn(certificate: x509.Certificate) -> str:
    """Return Alipay's serial of a certificate: MD5 of the issuer's name, most specific part first, and the decimal serial number."""
    text = f"{certificate.issuer.rfc4514_string()}{certificate.serial_number}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def alipay_root_sn(text: str) -> str:
    """Return the serials of the RSA-signed certificates of Alipay's root file, joined by `_`; the others (SM2) do not count."""
    serials = []
    for block in _CERTIFICATE.findall(_lines(text)):
        try:
            certificate = x509.load_pem_x509_certificate(block.encode())
            is_rsa = certificate.signature_algorithm_oid.dotted_string.startswith(_RSA_SIGNATURES)
        except ValueError:
            continue  # The file holds certificates of algorithms that the library does not know.
        if is_rsa:
            serials.append(alipay_sn(certificate))
    if not serials:
        raise KeyMaterialError("no RSA certificate among Alipay's root certificates")
    return "_".join(serials)


def unpack_pfx(content: bytes, password: str) -> tuple[str, str]:
    """Return private key and certificate of a PKCS#12 file as PEM."""
    try:
        key, certificate, _ = load_key_and_certificates(content, password.encode() or None)
    except ValueError as error:
        raise KeyMaterialError("not a PKCS#12 file, or another password") from error
    if not isinstance(key, RSAPrivateKey) or certificate is None:
        raise KeyMaterialError("the PKCS#12 file lacks an RSA key or its certificate")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, certificate.public_bytes(Encoding.PEM).decode()


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\\n", "\n").strip().removeprefix("\ufeff") + "\n"


def _rsa_pem(key: object) -> str:
    if not isinstance(key, RSAPublicKey):
        raise KeyMaterialError("not an RSA key")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
