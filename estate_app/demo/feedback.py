"""Feedback in the demo: threads in every state over the last months, one of them without a name."""

from datetime import timedelta

from estate_app.demo.world import World
from estate_app.feedback.models import Feedback, FeedbackKind, FeedbackReply, FeedbackStatus
from estate_app.feedback.rules import ANSWER_WITHIN

_K, _S = FeedbackKind, FeedbackStatus
# kind, text, days ago, hours to the answer (None: none yet), answer, stars, unnamed
_TOLD: tuple[tuple[FeedbackKind, str, float, float | None, str, int | None, bool], ...] = (
    (_K.complaint, "地下车库 B 区照明坏了好几盏，晚上停车看不清，请尽快修好。", 0.2, None, "", None, False),
    (_K.suggestion, "建议在快递柜旁边加一把长椅，老人等快递时可以坐一坐。", 1.1, None, "", None, False),
    (_K.complaint, "三楼有人长期在楼道堆放纸箱，存在消防隐患。", 2.0, 5, "已上门劝导并限期清理，明天上午复查。", None, True),
    (_K.question, "外地车牌的访客能不能提前登记？", 4.0, 3, "可以，请致电服务中心登记车牌，当天有效。", 5, False),
    (_K.praise, "保洁阿姨下雪天一早就把门口扫干净了，谢谢。", 9.0, 20, "感谢您的认可，我们已转达。", 5, False),
    (_K.complaint, "电梯里的广告声音太大，早晚吵到休息。", 21.0, 8, "已联系广告公司调低音量，22 点后静音。", 4, False),
    (_K.suggestion, "希望健身区增加夜间照明。", 43.0, 40, "已列入明年改造计划。", 3, False),
    (_K.question, "物业费发票怎么开？", 68.0, 2, "在“缴费记录”打开收据即可申请电子发票。", 5, False),
    (_K.complaint, "北门门禁经常刷不开。", 97.0, 11, "读卡器已更换，如仍有问题请随时联系我们。", 4, False),
)

_OF_THE_OWNER = frozenset({2, 3, 4, 6})
"""Which of them the demo's resident told."""


def build_feedback(world: World) -> None:
    """Write the threads of each estate, told from homes of its own."""
    told, replies = [], []
    manager = world.accounts["supervisor"]
    for place in world.places:
        homes = [home for home in place.homes if home.resident_ids]
        shown = next((home for home in homes if world.accounts["owner"] in home.resident_ids), None)
        rng = world.rng(f"feedback:{place.id}")
        for number, (kind, text, days, hours, answer, stars, unnamed) in enumerate(_TOLD, 1):
            home = shown if shown and number in _OF_THE_OWNER else rng.choice(homes)
            author = world.accounts["owner"] if home is shown else home.resident_ids[0]
            at = world.now - timedelta(days=days)
            answered = None if hours is None else at + timedelta(hours=hours)
            status = _S.open if answered is None else _S.answered if stars is None else _S.closed
            closed = answered + timedelta(hours=6) if answered and stars is not None else None
            key = world.copier.new_id(Feedback)
            told.append(
                (
                    key, f"FK{at:%Y%m}-D{place.id:02d}{number:02d}", place.id, author, None if unnamed else home.id,
                    unnamed, kind, text, status, at, at + ANSWER_WITHIN[kind], answered, closed, stars,
                )
            )  # fmt: skip
            if answered is not None:
                replies.append((world.copier.new_id(FeedbackReply), key, manager, True, answer, answered))
    columns = "id number estate_id author_id room_id is_anonymous kind text status created_at due_at answered_at closed_at satisfaction"
    world.copier.write(Feedback, columns, told)
    world.copier.write(FeedbackReply, "id feedback_id author_id is_staff text created_at", replies)
