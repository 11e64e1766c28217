"""Whom an invoice can be made out to: names and tax numbers, checked before the issuer is asked. Pure."""

import re

from estate_app.errors import InvalidError
from estate_app.kit.i18n import msg
from estate_app.payment.invoice_models import TitleKind

MAX_TITLE = 100
MAX_EMAIL = 120
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_OLD_NUMBER = re.compile(r"\d{15}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def check_title(kind: TitleKind, title: str, tax_number: str, email: str) -> tuple[str, str, str]:
    """Clean and check whom the invoice is made out to; a company needs its tax number, a person has none.

    Raises:
        InvalidError: a name, a number or an address that cannot be right; the field is named.
    """
    name, number, address = title.strip(), re.sub(r"\s", "", tax_number).upper(), email.strip()
    if not 2 <= len(name) <= MAX_TITLE:
        raise InvalidError(msg("Write the name for the invoice, {least} to {most} characters", least=2, most=MAX_TITLE), field="title")
    if kind is TitleKind.person and number:
        raise InvalidError(msg("A person's invoice has no tax number; choose company or leave it empty"), field="tax_number")
    if kind is TitleKind.company and not is_tax_number(number):
        raise InvalidError(msg("Check the company's tax number: 18 characters as on its business licence"), field="tax_number")
    if address and (len(address) > MAX_EMAIL or not _EMAIL.fullmatch(address)):
        raise InvalidError(msg("Write an e-mail address such as name@example.com, or leave it empty"), field="email")
    return name, number, address


def is_tax_number(number: str) -> bool:
    """Whether a unified social credit code's check character is right (GB 32100-2015), or it is an old number of 15 digits."""
    if _OLD_NUMBER.fullmatch(number):
        return True
    if len(number) != 18 or any(char not in _ALPHABET for char in number):
        return False
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number[17] == _ALPHABET[-total % 31]
