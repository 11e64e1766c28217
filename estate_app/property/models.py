"""Estates, buildings, rooms, public areas, and who lives where."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, one_of, ref, word


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


class SpaceKind(StrEnum):
    """Where a parking space lies."""

    underground = "underground"
    ground = "ground"


class ClaimStatus(StrEnum):
    """Where a resident's request for a room stands."""

    waiting = "waiting"
    approved = "approved"
    rejected = "rejected"


class Estate(SQLModel, table=True):
    """One residential estate (小区). Coordinates are WGS-84. Residents may send readings from a day of the month to a day."""

    id: int = key()
    code: str = Field(max_length=20, unique=True)
    name: str = Field(max_length=60)
    address: str = Field(default="", max_length=200)
    latitude: float | None = None
    longitude: float | None = None
    phone: str = Field(default="", max_length=20)
    is_collection_paused: bool = False
    self_reading_from_day: int | None = None
    self_reading_to_day: int | None = None


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


# The code of a room's door label: the database deals it, however the room came; twelve signs that tell nothing of the room.
_LABEL = text("'R-' || upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12))")


class Room(SQLModel, table=True):
    """One room; areas in thousandths of a square metre, the gross one is what fees go by unless an item says otherwise."""

    __table_args__ = (
        UniqueConstraint("estate_id", "code"),
        UniqueConstraint("label_code"),
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
    label_code: str = Field(default=None, sa_column=Column(String(16), nullable=False, server_default=_LABEL))


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
    """A shared place: lobby, garage, garden. A retired one is offered no longer."""

    __tablename__ = "public_area"
    __table_args__ = (UniqueConstraint("estate_id", "name"),)
    id: int = key()
    estate_id: int = ref("estate.id")
    building_id: int | None = ref("building.id", null=True)
    name: str = Field(max_length=60)
    is_retired: bool = False


class ParkingSpace(SQLModel, table=True):
    """One parking space of an estate."""

    __tablename__ = "parking_space"
    __table_args__ = (UniqueConstraint("estate_id", "code"), one_of("kind", SpaceKind))
    id: int = key()
    estate_id: int = ref("estate.id")
    code: str = Field(max_length=20)
    kind: SpaceKind = word(SpaceKind, default=SpaceKind.underground)


class ParkingUse(SQLModel, table=True):
    """A room holds a parking space from a day to a day; both count."""

    __tablename__ = "parking_use"
    __table_args__ = (UniqueConstraint("space_id", "starts_on"),)
    id: int = key()
    space_id: int = ref("parking_space.id")
    room_id: int = ref("room.id")
    plate: str = Field(default="", max_length=20)
    starts_on: date
    ends_on: date | None = None


class RoomClaim(SQLModel, table=True):
    """Somebody asks for a room; a code from its bill answers at once, else a manager does."""

    __tablename__ = "room_claim"
    __table_args__ = (
        one_of("relation", Relation),
        one_of("status", ClaimStatus),
        Index("uq_room_claim_waiting", "account_id", "room_id", unique=True, postgresql_where=text("status = 'waiting'")),
    )
    id: int = key()
    account_id: int = ref("account.id")
    room_id: int = ref("room.id")
    relation: Relation = word(Relation)
    from_on: date
    to_on: date | None = None
    note: str = Field(default="", max_length=200)
    status: ClaimStatus = word(ClaimStatus, default=ClaimStatus.waiting)
    reason: str = Field(default="", max_length=200)
    decided_by: int | None = ref("account.id", null=True)
    created_at: datetime = instant()
