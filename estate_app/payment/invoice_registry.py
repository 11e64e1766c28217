"""Which issuer of electronic invoices this deployment uses: the sandbox's in the demo, otherwise the one of the settings."""

from functools import cache

from estate_app.errors import UnavailableError
from estate_app.kit.i18n import msg
from estate_app.payment.gateways.invoice_contract import InvoiceIssuer
from estate_app.settings import settings

_chosen: list[InvoiceIssuer] = []


def issuer() -> InvoiceIssuer:
    """The issuer.

    Raises:
        UnavailableError: none is set up.
    """
    if _chosen:
        return _chosen[0]
    if not has_issuer():
        raise UnavailableError(msg("Electronic invoices are not set up here"))
    return _own()


def has_issuer() -> bool:
    """Whether invoices can be asked for at all."""
    return bool(_chosen) or settings().sandbox or bool(settings().invoice_base_url)


def register(chosen: InvoiceIssuer | None) -> None:
    """Put another issuer in the settings' place (None: the settings' own again): a second vendor, or a test's."""
    _chosen.clear()
    if chosen is not None:
        _chosen.append(chosen)


@cache
def _own() -> InvoiceIssuer:
    from estate_app.payment.gateways.invoice_http import HttpInvoiceIssuer

    chosen = settings()
    if chosen.sandbox:
        from estate_app.sandbox.config import invoice_credentials

        key_id, secret = invoice_credentials(chosen.var_dir / "sandbox")
        return HttpInvoiceIssuer(chosen.sandbox_url, key_id, secret)
    return HttpInvoiceIssuer(chosen.invoice_base_url, chosen.invoice_key_id, chosen.invoice_secret.get_secret_value())
