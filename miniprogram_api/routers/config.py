"""What the mini-program must know before anybody signs in."""

from fastapi import APIRouter

from estate_app.notification.models import SubscribeTopic
from estate_app.repair.rules import MAX_DESCRIPTION, MAX_PHOTOS, MAX_VIDEOS, MIN_DESCRIPTION, REOPEN_WITHIN
from estate_app.settings import settings
from estate_app.vendors import subscribe_template
from miniprogram_api.errors import problems
from miniprogram_api.schemas.config import ConfigOut, SubscribeTemplateOut

router = APIRouter(tags=["config"])


@router.get("/config", responses=problems())
def read_config() -> ConfigOut:
    """The facts of this deployment."""
    return ConfigOut(
        company=settings().company,
        support_phone=settings().support_phone,
        is_demo=settings().demo,
        max_photos=MAX_PHOTOS,
        max_videos=MAX_VIDEOS,
        max_photo_bytes=settings().max_photo_bytes,
        max_video_bytes=settings().max_video_bytes,
        min_description=MIN_DESCRIPTION,
        max_description=MAX_DESCRIPTION,
        reopen_days=REOPEN_WITHIN.days,
        subscribe_templates=[
            SubscribeTemplateOut(topic=topic.value, template_id=found.id)
            for topic in SubscribeTopic
            if (found := subscribe_template(topic))
        ],
    )
