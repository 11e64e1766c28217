"""What the pages tell the document itself: its language and whether large type is wanted."""

import reflex as rx
from reflex.vars.base import Var, VarData
from reflex_base.utils.imports import ImportVar

from estate_app.ui.locale import Locale
from estate_app.ui.session import Session


class DocumentAttributes(rx.Fragment):
    """Keeps `<html lang>` and `data-elder` in step with the states; draws nothing."""

    def add_hooks(self) -> list[str | Var]:
        """Write the attributes whenever the language or the type size changes."""
        language = rx.cond(Locale.code == "en", "en", "zh-Hans")
        elder = rx.cond(Session.is_elder, "true", "false")
        body = f"document.documentElement.lang = {language!s}; document.documentElement.dataset.elder = {elder!s};"
        effect = f"useEffect(() => {{ {body} }}, [{language!s}, {elder!s}])"
        hooks = (language._get_all_var_data(), elder._get_all_var_data())
        data = VarData.merge(*hooks, VarData(imports={"react": [ImportVar(tag="useEffect")]}))
        return [Var(_js_expr=effect, _var_data=data)]


def document_attributes() -> rx.Component:
    """The invisible part of every shell that keeps the document's attributes."""
    return DocumentAttributes.create()
