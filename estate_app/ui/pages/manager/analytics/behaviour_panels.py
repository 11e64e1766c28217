"""The panels of the behaviour dashboard. Pure."""

from datetime import timedelta

from estate_app.analytics.dashboards import BehaviourDashboard
from estate_app.analytics.figures import behaviour as draw
from estate_app.analytics.frames.common import Grain
from estate_app.analytics.tables import BEHAVIOUR
from estate_app.ui.pages.manager.analytics.present import Draw, Panel, panel


def behaviour_panels(board: BehaviourDashboard, *, locale: str) -> dict[str, Panel]:
    """Draw every panel; none where the group is too small to be shown."""
    if board.is_hidden:
        return {}
    findings = dict(board.findings)
    draws = _draws(board)
    return {
        table.name: panel(table, getattr(board, table.name), draws[table.name], findings=findings, locale=locale) for table in BEHAVIOUR
    }


def _draws(board: BehaviourDashboard) -> dict[str, Draw]:
    starts = board.active["start"].to_list()
    grain = Grain.week if len(starts) > 1 and starts[1] - starts[0] > timedelta(days=1) else Grain.day
    return {
        "active": lambda look: draw.active(look, board.active, grain=grain),
        "logins": lambda look: draw.login_hours(look, board.logins),
        "bill_funnel": lambda look: draw.funnel(look, board.bill_funnel),
        "repair_funnel": lambda look: draw.funnel(look, board.repair_funnel),
        "payment_frequency": lambda look: draw.frequency(look, board.payment_frequency),
        "repair_frequency": lambda look: draw.frequency(look, board.repair_frequency),
        "cohorts": lambda look: draw.cohorts(look, board.cohorts),
    }
