"""Repairs: what can be reported, how an order stands, and what the resident may do with it."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from estate_app.repair.models import Access, Urgency
from estate_app.repair.place import CoordinateSystem
from estate_app.repair.rules import MAX_DESCRIPTION, MAX_PHOTOS, MAX_VIDEOS
from miniprogram_api.schemas.common import Given, Id, Sent, Text
from miniprogram_api.schemas.media import MediaOut

MediaId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="The id that the upload gave.")]
_WHEN = "2026-11-18T02:58:00Z"
_PHOTO_IDS = ["5f0c8a1e2b3d4c5f6a7b8c9d0e1f2a3b"]


class CategoryOut(Given):
    """A group, or a kind of fault in it."""

    id: int = Field(description="The category; report one that has no children.", examples=[12])
    code: str = Field(description="A name that never changes.", examples=["pipe_leak"])
    name: str = Field(description="In the caller's language.", examples=["Leaking pipe"])
    icon: str = Field(description="The icon's name.", examples=["droplet"])
    is_public: bool = Field(description="Only in public areas.", examples=[False])
    is_paid: bool = Field(description="Whether materials are charged.", examples=[False])
    urgency: str = Field(description="emergency, high or normal.", examples=["normal"])
    estimate_minutes: int = Field(description="How long it usually takes.", examples=[60])
    respond_minutes: int = Field(description="Within how many minutes somebody answers.", examples=[30])
    danger: str = Field(description="What to do first where it is dangerous; else empty.", examples=[""])
    questions: list[str] = Field(
        description="Asked before the form goes on: whether any of this is so. Where there are any, a report must say `has_danger`.",
        examples=[["看到火花、闻到焦味，或有裸露的电线吗？"]],
    )
    children: list["CategoryOut"] = Field(description="The kinds of a group.", examples=[[]])


class CategoriesOut(Given):
    """The category tree."""

    items: list[CategoryOut] = Field(description="The groups.")


class AreaOut(Given):
    """A public area that may be reported."""

    id: int = Field(description="The area.", examples=[5])
    estate_id: int = Field(description="Its estate.", examples=[1])
    building_id: int | None = Field(description="Its building, when it lies in one.", examples=[3])
    name: str = Field(description="Its name.", examples=["1 单元大堂"])


class AreasOut(Given):
    """The public areas of the own estates."""

    items: list[AreaOut] = Field(description="By estate and name.")


class OrderOut(Given):
    """One order in a list."""

    id: int = Field(description="The order.", examples=[27])
    number: str = Field(description="What people call it.", examples=["WX20261118-0027"])
    category: str = Field(description="The kind of fault, in the caller's language.", examples=["Leaking pipe"])
    icon: str = Field(description="The icon's name.", examples=["droplet"])
    description: str = Field(description="What was reported.", examples=["厨房水管漏水，已经关了总阀"])
    place: str = Field(description="Where it is.", examples=["3栋2单元1501"])
    status: str = Field(
        description="submitted, assigned, accepted, on_the_way, working, paused, completed, closed, cancelled or rejected.",
        examples=["working"],
    )
    status_name: str = Field(description="That in the caller's language.", examples=["Working"])
    stage: int = Field(description="0 submitted, 1 awaiting, 2 in repair, 3 done, 4 rated; -1 ended early.", examples=[2])
    urgency: str = Field(description="emergency, high or normal.", examples=["normal"])
    technician: str = Field(description="Who does it; empty before somebody is assigned.", examples=["王建国"])
    submitted_at: datetime = Field(description="When it was reported.", examples=[_WHEN])
    changed_at: datetime = Field(description="When it last changed.", examples=[_WHEN])
    completed_at: datetime | None = Field(description="When it was done.", examples=[None])
    due_at: datetime = Field(description="The promise that counts now: of the answer, then of the repair.", examples=[_WHEN])
    is_rated: bool = Field(description="Whether it was rated.", examples=[False])
    stars_tenths: int = Field(description="The mean of the three ratings in tenths of a star.", examples=[47])
    photo_count: int = Field(description="Photos of the report.", examples=[2])
    thumbnail_url: str = Field(description="The first of them, as a signed link.", examples=["/media/5f0c…/small?e=…&s=…"])


class StepOut(Given):
    """One step of an order."""

    name: str = Field(description="What happened, in the caller's language.", examples=["Accepted"])
    action: str = Field(description="That as a code.", examples=["accept"])
    actor_name: str = Field(description="Who did it.", examples=["王建国"])
    reason: str = Field(description="Why.", examples=[""])
    note: str = Field(description="What was noted.", examples=["阀门已更换"])
    at: datetime = Field(description="When.", examples=[_WHEN])


class MaterialOut(Given):
    """A material that was used."""

    name: str = Field(description="What.", examples=["角阀"])
    unit: str = Field(description="Its unit.", examples=["个"])
    quantity_milli: int = Field(description="How much, in thousandths of the unit.", examples=[1000])
    amount_fen: int = Field(description="What it costs, in fen.", examples=[2800])


class TechnicianOut(Given):
    """The technician."""

    name: str = Field(description="The name.", examples=["王建国"])
    phone: str = Field(description="The number, while the job is on; else empty.", examples=["13800000011"])
    score_milli: int = Field(description="The adjusted rating in thousandths of a star.", examples=[4630])
    score_count: int = Field(description="On how many ratings that rests.", examples=[18])


class RatingOut(Given):
    """What the resident thought, and the answer."""

    quality: int = Field(description="1 to 5.", examples=[5])
    attitude: int = Field(description="1 to 5.", examples=[5])
    timeliness: int = Field(description="1 to 5.", examples=[4])
    reasons: list[str] = Field(description="Why few stars.", examples=[[]])
    text: str = Field(description="In words.", examples=["很及时"])
    at: datetime = Field(description="When.", examples=[_WHEN])
    reply: str = Field(description="The technician's answer.", examples=[""])


class AllowedOut(Given):
    """What the caller may do with the order now."""

    cancel: bool = Field(description="Withdraw it.", examples=[False])
    urge: bool = Field(description="Ask for speed.", examples=[True])
    reopen: bool = Field(description="Ask for rework.", examples=[False])
    rate: bool = Field(description="Rate it.", examples=[False])


class OrderDetailOut(Given):
    """One order with everything that the caller may see."""

    order: OrderOut = Field(description="The order.")
    access: str = Field(description="may_enter, call_first or only_at_home.", examples=["call_first"])
    visit_from_at: datetime | None = Field(description="From when somebody may come.", examples=[None])
    visit_to_at: datetime | None = Field(description="Until when.", examples=[None])
    complete_due_at: datetime = Field(description="Until when it is promised.", examples=[_WHEN])
    why: str = Field(description="Why this technician, in one sentence; may be empty.", examples=[""])
    stage_at: list[datetime | None] = Field(
        description="When each of the five stages was reached.", examples=[[_WHEN, None, None, None, None]]
    )
    steps: list[StepOut] = Field(description="The newest first.")
    materials: list[MaterialOut] = Field(description="What was used.")
    material_fen: int = Field(description="What that costs together, in fen.", examples=[0])
    is_charged: bool = Field(description="Whether it comes on the bill.", examples=[False])
    photos: list[MediaOut] = Field(description="Of the report, before and after.")
    technician: TechnicianOut | None = Field(description="Who does it.")
    rating: RatingOut | None = Field(description="How it was rated.")
    rework_number: str = Field(description="Of which order this is the rework.", examples=[""])
    follower_count: int = Field(description="How many neighbours follow it.", examples=[0])
    incident_count: int = Field(
        description="How many reports of the building are repaired together with this one, itself included; 0 when it stands by itself.",
        examples=[0],
    )
    allowed: AllowedOut = Field(description="What the caller may do now.")


class SimilarOut(Given):
    """An open order of the same kind nearby: follow it instead of reporting again."""

    id: int = Field(description="The order.", examples=[26])
    number: str = Field(description="What people call it.", examples=["WX20261118-0026"])
    category: str = Field(description="The kind of fault, in the caller's language.", examples=["Leaking pipe"])
    place: str = Field(description="Where it is.", examples=["1 单元大堂"])
    status_name: str = Field(description="How it stands, in the caller's language.", examples=["Working"])
    submitted_at: datetime = Field(description="When it was reported.", examples=[_WHEN])
    thumbnail_url: str = Field(description="A photo, when it may be shown.", examples=[""])
    is_own: bool = Field(description="Whether it is about the caller's own home.", examples=[False])


class SimilarsOut(Given):
    """Open orders of the same kind nearby."""

    items: list[SimilarOut] = Field(description="The newest first.")


class Report(Sent):
    """A report of a fault, in one own room or one public area."""

    category_id: Id = Field(description="The kind of fault; one without children.", examples=[12])
    room_id: Id | None = Field(default=None, description="The own room; or a public area.", examples=[12])
    public_area_id: Id | None = Field(default=None, description="The public area; or an own room.", examples=[None])
    description: Text = Field(max_length=MAX_DESCRIPTION, description="Where it is and how bad.", examples=["厨房水管漏水，已经关了总阀"])
    urgency: Urgency | None = Field(default=None, description="More urgent than usual; emergencies are called in.", examples=["high"])
    has_danger: bool | None = Field(
        default=None,
        description="Whether one of the category's danger questions was answered with yes, which makes it an emergency. Where the category "
        "has questions, a report without an answer is refused with the number to call.",
        examples=[False],
    )
    visit_from_at: AwareDatetime | None = Field(default=None, description="From when somebody may come.", examples=["2026-11-19T01:00:00Z"])
    visit_to_at: AwareDatetime | None = Field(default=None, description="Until when.", examples=["2026-11-19T04:00:00Z"])
    access: Access = Field(
        default=Access.call_first, description="Whether somebody may enter while nobody is at home.", examples=["call_first"]
    )
    photo_ids: list[MediaId] = Field(
        default=[], max_length=MAX_PHOTOS + MAX_VIDEOS, description="Uploaded photos and at most one video.", examples=[_PHOTO_IDS]
    )
    latitude: float | None = Field(default=None, ge=-90, le=90, description="Where the phone is.", examples=[30.5])
    longitude: float | None = Field(default=None, ge=-180, le=180, description="Where the phone is.", examples=[114.3])
    coordinate_system: CoordinateSystem = Field(default=CoordinateSystem.gcj02, description="In which system.", examples=["gcj02"])


class Reason(Sent):
    """Why."""

    reason: Text = Field(default="", max_length=200, description="In a few words.", examples=["已自行修好"])


class Rate(Sent):
    """A rating; two stars or fewer want a reason."""

    quality: int = Field(ge=1, le=5, description="1 to 5.", examples=[5])
    attitude: int = Field(ge=1, le=5, description="1 to 5.", examples=[5])
    timeliness: int = Field(ge=1, le=5, description="1 to 5.", examples=[4])
    reasons: list[Text] = Field(default=[], max_length=6, description="late, not_fixed, rude, messy, overcharged or other.", examples=[[]])
    text: Text = Field(default="", max_length=500, description="In words.", examples=["很及时"])
    photo_ids: list[MediaId] = Field(default=[], max_length=MAX_PHOTOS, description="Uploaded photos.", examples=[[]])
