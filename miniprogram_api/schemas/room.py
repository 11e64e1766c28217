"""Rooms of the signed-in person."""

from pydantic import Field

from miniprogram_api.schemas.common import Given


class RoomOut(Given):
    """One of the own rooms."""

    id: int = Field(description="The room.", examples=[12])
    estate_id: int = Field(description="The estate.", examples=[1])
    estate_name: str = Field(description="The estate's name.", examples=["翠湖花园"])
    label: str = Field(description="Building, unit and door.", examples=["3栋2单元1501"])
    code: str = Field(description="The room's code.", examples=["3-2-1501"])
    relation: str = Field(description="owner, family, tenant or payer; a payer pays and sees no repairs.", examples=["owner"])
    area_milli_m2: int = Field(description="The gross area in thousandths of a square metre.", examples=[89_000])
    latitude: float | None = Field(description="Of the building, WGS-84.", examples=[30.5001])
    longitude: float | None = Field(description="Of the building, WGS-84.", examples=[114.3001])


class EstateOut(Given):
    """An estate of the company."""

    id: int = Field(description="The estate.", examples=[1])
    name: str = Field(description="Its name.", examples=["翠湖花园"])


class EstatesOut(Given):
    """The estates of the company."""

    items: list[EstateOut] = Field(description="For who asks for a room in one.")


class RoomsOut(Given):
    """All own rooms."""

    items: list[RoomOut] = Field(description="By estate and code.")
