"""python-alipay-sdk with what it gets wrong put right: answers, time and transport."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
from alipay import AliPay

from estate_app.payment.gateways.credentials import AlipayCredentials
from estate_app.payment.gateways.pem import alipay_root_sn, alipay_sn, certificate_key_pem, certificates, private_key_pem, public_key_pem
from estate_app.payment.gateways.wire import VENDOR_ZONE

FORM_TYPE = "application/x-www-form-urlencoded;charset=utf-8"


class UnsignedAnswerError(Exception):
    """Alipay answered with an error that carries no signature; `code` is what it said."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AlipayClient(AliPay):
    """The library's client against any gateway address."""

    def __init__(self, credentials: AlipayCredentials, *, http: httpx.Client, now: Callable[[], datetime]) -> None:
        """Load the keys. Raises KeyMaterialError, a ValueError, for unusable ones."""
        self._certificate_fields: dict[str, str] = {}
        public_key = credentials.alipay_public_key_pem
        if credentials.is_certificate_mode:
            alipay = certificates(credentials.alipay_certificate_pem)[0]
            public_key = certificate_key_pem(alipay)
            self._certificate_fields = {
                "app_cert_sn": alipay_sn(certificates(credentials.app_certificate_pem)[0]),
                "alipay_root_cert_sn": alipay_root_sn(credentials.root_certificates_pem),
            }
        super().__init__(
            appid=credentials.app_id,
            app_private_key_string=private_key_pem(credentials.private_key_pem),
            alipay_public_key_string=public_key_pem(public_key),
        )
        self._gateway = credentials.gateway_url
        self._http = http
        self._now = now

    def build_body(self, method: str, biz_content: dict[str, Any] | None = None, **kwargs: Any) -> dict[str, Any]:
        """Stamp the request with Shanghai's time (the library takes the server's) and, in certificate mode, with the serials."""
        body: dict[str, Any] = super().build_body(method, biz_content, **kwargs)
        body["timestamp"] = self._now().astimezone(VENDOR_ZONE).strftime("%Y-%m-%d %H:%M:%S")
        return body | self._certificate_fields

    def verified_sync_response(self, data: dict[str, Any], response_type: str) -> dict[str, Any]:
        """Post the form; the library puts everything into one long address and knows no connection pool."""
        # The character set of a form is read from the address (Alipay, 公共请求参数).
        response = self._http.post(f"{self._gateway}?charset=utf-8", content=self.sign_data(data), headers={"Content-Type": FORM_TYPE})
        response.raise_for_status()
        raw = response.content.decode("utf-8")
        envelope = json.loads(raw)
        if "sign" not in envelope or "error_response" in envelope:
            error = envelope.get(response_type) or envelope.get("error_response") or {}
            raise UnsignedAnswerError(str(error.get("code", "")))
        answer: dict[str, Any] = self._verify_and_return_sync_response(raw, response_type)
        return answer

    def _get_string_to_be_signed(self, raw_string: str, response_type: str) -> str:
        # The library counts braces, also those within texts: a product's name with "}" broke every answer about it.
        match = re.search(rf'"{re.escape(response_type)}"\s*:\s*', raw_string)
        if match is None:
            return ""
        _, end = json.JSONDecoder().raw_decode(raw_string, match.end())
        return raw_string[match.end() : end]
