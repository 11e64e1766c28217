"""Text of the pages: an English id becomes both languages, chosen in the browser by the locale var."""

from reflex.vars.base import Var, VarData

from estate_app.kit.i18n import translate
from estate_app.ui.locale import Locale

Text = str | Var
"""What a component takes as a label: words or a var that yields them."""


def t(message_id: str, /, **values: object) -> Var[str]:
    """Say a message in the locale of the page; values may be vars, literals or other texts.

    Compiles to one ternary on the locale with both sentences inlined, usable as a child and in any prop.
    """
    return by_locale(zh=_spell(translate(message_id, "zh"), values), en=_spell(translate(message_id, "en"), values))


def by_locale(*, zh: Text, en: Text) -> Var[str]:
    """Choose between two texts that are data, not messages, such as a room's code in both spellings."""
    chinese, english = Var.create(zh), Var.create(en)
    if chinese.equals(english):
        return chinese.to(str)
    data = VarData.merge(Locale.code._get_all_var_data(), chinese._get_all_var_data(), english._get_all_var_data())
    # A plain ternary: `rx.cond` would wrap both sides of the comparison on each of some thousand texts.
    return Var(_js_expr=f'({Locale.code!s} === "en" ? {english!s} : {chinese!s})', _var_type=str, _var_data=data).to(str)


def _spell(template: str, values: dict[str, object]) -> str:
    """Put the values into a template; vars stay live."""
    return template.format(**values) if values else template
