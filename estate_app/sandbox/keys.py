"""The sandbox's own keys, made once and kept in its directory, readable by the owner alone."""

import json
import os
import secrets
import string
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID

from estate_app.sandbox.signing import private_key

KEY_FILE = "keys.json"
RSA_BITS = 2048
UNIONPAY_SIGNER_NAME = "041@8310000000083040@中国银联股份有限公司@00016495"
# Fixed and wide, so that neither the machine's clock nor a test's matters.
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2049, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SandboxKeys:
    """All keys as PEM text, and the shared secrets. The merchant's private keys are the product's; the others stay with the sandbox."""

    wechat_merchant_private: str
    wechat_merchant_serial: str
    wechat_platform_private: str
    wechat_platform_public: str
    wechat_platform_certificate: str
    wechat_public_key_id: str
    wechat_apiv3_key: str
    alipay_app_private: str
    alipay_platform_private: str
    alipay_platform_public: str
    alipay_app_certificate: str
    alipay_platform_certificate: str
    alipay_root_certificate: str
    unionpay_merchant_private: str
    unionpay_merchant_certificate: str
    unionpay_root_certificate: str
    unionpay_middle_certificate: str
    unionpay_signer_private: str
    unionpay_signer_certificate: str
    mini_program_secret: str
    twilio_account_sid: str
    twilio_auth_token: str

    def __repr__(self) -> str:
        return "SandboxKeys(...)"


def load_keys(directory: Path) -> SandboxKeys:
    """Read the keys, making them first when there are none; safe when two processes start at once."""
    path = directory / KEY_FILE
    if not path.exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, json.dumps(asdict(make_keys()), ensure_ascii=False, indent=1))
    content = json.loads(path.read_text("utf-8"))
    if "wechat_platform_certificate" not in content:
        # A book of an earlier version: its keys stay, so that its orders do.
        content |= _certificates_of(content)
        _replace(path, json.dumps(content, ensure_ascii=False, indent=1))
    return SandboxKeys(**{field.name: content[field.name] for field in fields(SandboxKeys)})


def _write_once(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # Another process was first; its keys are the ones in use.
    finally:
        draft.unlink()


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def _certificates_of(content: Mapping[str, str]) -> dict[str, str]:
    """Certificates for the keys of WeChat Pay and Alipay, for merchants in certificate mode; the same for the same keys."""
    wechat, app, alipay = (
        private_key(content[name]) for name in ("wechat_platform_private", "alipay_app_private", "alipay_platform_private")
    )
    tenpay, ant = "Tenpay.com Root CA", "Ant Financial Certification Authority"
    return {
        "wechat_platform_certificate": _certificate("Tenpay.com sign", wechat, tenpay, wechat, serial=_serial(wechat)),
        "alipay_app_certificate": _certificate("2021000000009191", app, ant, alipay, serial=_serial(app)),
        "alipay_platform_certificate": _certificate("支付宝(中国)网络技术有限公司", alipay, ant, alipay, serial=_serial(alipay)),
        "alipay_root_certificate": _certificate(ant, alipay, ant, alipay, is_authority=True, serial=_serial(alipay) + 1),
    }


def _serial(key: RSAPrivateKey) -> int:
    return (key.public_key().public_numbers().n >> 64) & ((1 << 62) - 1) | (1 << 62)


def make_keys() -> SandboxKeys:
    """Make a fresh set of keys and certificates."""
    wechat_merchant, wechat_platform, alipay_app, alipay_platform = (_rsa() for _ in range(4))
    root, middle, signer, unionpay_merchant = (_rsa() for _ in range(4))
    root_certificate = _certificate("CFCA TEST OCA1 ROOT", root, "CFCA TEST OCA1 ROOT", root, is_authority=True)
    middle_certificate = _certificate("CFCA TEST OCA1", middle, "CFCA TEST OCA1 ROOT", root, is_authority=True)
    pems = {
        "wechat_platform_private": _private_pem(wechat_platform),
        "alipay_app_private": _private_pem(alipay_app),
        "alipay_platform_private": _private_pem(alipay_platform),
    }
    return SandboxKeys(
        **pems,
        **_certificates_of(pems),
        wechat_merchant_private=_private_pem(wechat_merchant),
        wechat_merchant_serial=secrets.token_hex(20).upper(),
        wechat_platform_public=_public_pem(wechat_platform),
        wechat_public_key_id=f"PUB_KEY_ID_{secrets.randbelow(10**20):034d}",
        wechat_apiv3_key="".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32)),
        alipay_platform_public=_public_pem(alipay_platform),
        unionpay_merchant_private=_private_pem(unionpay_merchant),
        unionpay_merchant_certificate=_certificate("041@N1900009191@商户测试@00000001", unionpay_merchant, "CFCA TEST OCA1", middle),
        unionpay_root_certificate=root_certificate,
        unionpay_middle_certificate=middle_certificate,
        unionpay_signer_private=_private_pem(signer),
        unionpay_signer_certificate=_certificate(UNIONPAY_SIGNER_NAME, signer, "CFCA TEST OCA1", middle),
        mini_program_secret=secrets.token_hex(16),
        twilio_account_sid=f"AC{secrets.token_hex(16)}",
        twilio_auth_token=secrets.token_hex(16),
    )


def _rsa() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def _private_pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def _public_pem(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def _certificate(
    name: str, key: RSAPrivateKey, issuer: str, issuer_key: RSAPrivateKey, *, is_authority: bool = False, serial: int = 0
) -> str:
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(serial or secrets.randbits(62) + 1)
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
