"""Tips for a home."""

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent


class TipOut(Given):
    """What to do before something breaks, and why."""

    code: str = Field(description="A name for the tip, the same as long as it holds.", examples=["hoses"])
    icon: str = Field(description="The icon's name.", examples=["droplets"])
    about: str = Field(description="The kind of fault that it is about, in the caller's language; may be empty.", examples=[""])
    title: str = Field(description="What to do.", examples=["请更换水槽下的软管和角阀"])
    body: str = Field(description="How, in a sentence.", examples=["水槽下和马桶旁的软管一般可用五到八年，爆裂会淹到楼下"])
    reason: str = Field(description="What the tip rests on.", examples=["您家于 2018 年交房，已 8 年"])


class TipsOut(Given):
    """The tips for a home, the weightiest first."""

    is_on: bool = Field(description="Whether the caller wants tips.", examples=[True])
    items: list[TipOut] = Field(description="At most three; none when they are switched off.")


class TipsChoice(Sent):
    """Whether tips are wanted."""

    is_on: bool = Field(description="On or off.", examples=[False])
