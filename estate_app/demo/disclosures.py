"""Public income in the demo: quarters that are published, one that was corrected, and a draft that waits for a second person."""

from datetime import timedelta

from estate_app.demo.world import World
from estate_app.feedback.disclosure_models import Disclosure, DisclosureLine, DisclosureStatus, Side
from estate_app.feedback.disclosures import quarter_start
from estate_app.kit.clock import add_months, at_local, business_date

_I, _O = Side.income, Side.spending
# side, name, yuan of a quarter, remark
_LINES: tuple[tuple[Side, str, int, str], ...] = (
    (_I, "电梯广告", 26_400, "合同 GG-2026-03"),
    (_I, "地面公共车位", 38_760, "62 个车位"),
    (_I, "快递柜场地", 4_500, ""),
    (_I, "外墙通信基站", 12_000, "合同 JZ-2025-11"),
    (_O, "公共照明改造", 15_800, "更换 LED 灯具"),
    (_O, "儿童乐园地垫", 9_260, "三方比价"),
    (_O, "经营管理成本", 12_249, "按收入的 15% 计提"),
)
_QUARTERS = 4


def build_disclosures(world: World) -> None:
    """Write four quarters of each estate; the one before last was corrected, the last is a draft of the customer service's."""
    heads, lines = [], []
    writer, publisher = world.accounts["customer_service"], world.accounts["supervisor"]
    this = quarter_start(business_date(world.now))
    for place in world.places:
        rng = world.rng(f"disclosure:{place.id}")
        for back in range(_QUARTERS, 0, -1):
            quarter = add_months(this, -3 * back)
            told = at_local(add_months(quarter, 3)) + timedelta(days=12, hours=2)
            amounts = [yuan * 100 + rng.randrange(-80, 80) * 500 for _, _, yuan, _ in _LINES]
            versions = 2 if back == 2 else 1
            for version in range(1, versions + 1):
                is_draft = back == 1
                status = DisclosureStatus.draft if is_draft else DisclosureStatus.published
                status = DisclosureStatus.replaced if version < versions else status
                at = told + timedelta(days=9 * (version - 1))
                key = world.copier.new_id(Disclosure)
                note = "" if version == 1 else "更正：补记快递柜场地第三个月的收入。"
                drafted = min(at, world.now) - timedelta(days=2)
                heads.append(
                    (
                        key, place.id, quarter, version, status, note, writer, drafted,
                        None if is_draft else publisher, None if is_draft else min(at, world.now - timedelta(hours=1)),
                    )
                )  # fmt: skip
                for position, ((side, name, _, remark), fen) in enumerate(zip(_LINES, amounts, strict=True), 1):
                    less = 150_000 if versions == 2 and version == 1 and name == "快递柜场地" else 0
                    lines.append((world.copier.new_id(DisclosureLine), key, position, side, name, fen - less, remark))
    columns = "id estate_id quarter_on version status note drafted_by drafted_at published_by published_at"
    world.copier.write(Disclosure, columns, heads)
    world.copier.write(DisclosureLine, "id disclosure_id position side name amount_fen note", lines)
