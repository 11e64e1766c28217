"""Estates, buildings, rooms, public areas, and who lives where."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.tables import key, one_of, ref, word


class RoomUse(StrEnum):
    """What a room is used for."""

    residential = "residential"
    commercial = "commercial"
    office = "office"


class RoomState(StrEnum):
    """Whether somebody lives there."""

    occupied = "occupied"
    vacant = "vacant"


class Relation(StrEnum):
    """What a person is to a room; a payer pays and sees no repairs."""

    owner = "owner"
    family = "family"
    tenant = "tenant"
    payer = "payer"


class Estate(SQLModel, table=True):
    """One residential estate (小区). Coordinates are WGS-84."""

    id: int = key()
    code: str = Field(max_length=20, unique=True)
    name: str = Field(max_length=60)
    address: str = Field(default="", max_length=200)
    latitude: float | None = None
    longitude: float | None = None
    phone: str = Field(default="", max_length=20)
    is_collection_paused: bool = False


class Building(SQLModel, table=True):
    """One building, with its centre and outline in WGS-84."""

    __table_args__ = (UniqueConstraint("estate_id", "code"),)
    id: int = key()
    estate_id: int = ref("estate.id")
    code: str = Field(max_length=20)
    name: str = Field(max_length=40)
    floors: int = 1
    latitude: float | None = None
    longitude: float | None = None
    outline: list[list[float]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))


class Room(SQLModel, table=True):
    """One room; areas in thousandths of a square metre, the gross one is what fees go by unless an item says otherwise."""

    __table_args__ = (
        UniqueConstraint("estate_id", "code"),
        one_of("use", RoomUse),
        one_of("state", RoomState),
        CheckConstraint("area_milli_m2 > 0", name="area_positive"),
    )
    id: int = key()
    estate_id: int = ref("estate.id")
    building_id: int = ref("building.id")
    unit: str = Field(default="", max_length=10)
    code: str = Field(max_length=30)
    floor: int = 1
    area_milli_m2: int = Field(sa_type=BigInteger)
    interior_milli_m2: int | None = Field(default=None, sa_type=BigInteger)
    use: RoomUse = word(RoomUse, default=RoomUse.residential)
    state: RoomState = word(RoomState, default=RoomState.occupied)
    handover_on: date | None = None
    household_size: int = 3


class RoomMember(SQLModel, table=True):
    """A person on a room's contact list; the phone links it to an account as soon as there is one."""

    __tablename__ = "room_member"
    __table_args__ = (UniqueConstraint("room_id", "phone", "from_on"), one_of("relation", Relation))
    id: int = key()
    room_id: int = ref("room.id")
    account_id: int | None = ref("account.id", null=True)
    name: str = Field(max_length=40)
    phone: str = Field(max_length=20, index=True)
    relation: Relation = word(Relation)
    from_on: date
    to_on: date | None = None


class PublicArea(SQLModel, table=True):
    """A shared place: lobby, garage, garden."""

    __tablename__ = "public_area"
    __table_args__ = (UniqueConstraint("estate_id", "name"),)
    id: int = key()
    estate_id: int = ref("estate.id")
    building_id: int | None = ref("building.id", null=True)
    name: str = Field(max_length=60)
