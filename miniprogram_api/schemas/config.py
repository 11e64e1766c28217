"""What the mini-program must know before anybody signs in."""

from pydantic import Field

from miniprogram_api.schemas.common import Given


class SubscribeTemplateOut(Given):
    """A message template that the client may ask consent for."""

    topic: str = Field(description="repair or money.", examples=["repair"])
    template_id: str = Field(description="For `wx.requestSubscribeMessage`.", examples=["tmpl-1"])


class ConfigOut(Given):
    """Facts of this deployment; nothing in it is secret."""

    company: str = Field(description="The property company's name.", examples=["智慧物业"])
    support_phone: str = Field(description="Whom to call.", examples=["400-000-0000"])
    is_demo: bool = Field(description="Whether money and messages are played.", examples=[True])
    max_photos: int = Field(description="At most so many photos with a report.", examples=[9])
    max_videos: int = Field(description="At most so many videos with a report.", examples=[1])
    max_photo_bytes: int = Field(description="How large a photo may be.", examples=[15_728_640])
    max_video_bytes: int = Field(description="How large a video may be.", examples=[104_857_600])
    min_description: int = Field(description="How many characters a report needs.", examples=[10])
    max_description: int = Field(description="How many characters a report may have.", examples=[1000])
    reopen_days: int = Field(description="For how many days a finished order can be reopened.", examples=[15])
    subscribe_templates: list[SubscribeTemplateOut] = Field(description="Templates to ask consent for; empty when none are set up.")
