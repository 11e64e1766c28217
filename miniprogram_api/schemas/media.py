"""Photos and videos."""

from typing import Literal

from pydantic import Field

from miniprogram_api.schemas.common import Given, Sent


class MediaOut(Given):
    """A photo or video; its links expire, so read the thing it belongs to again for new ones."""

    id: str = Field(description="Send it in `photo_ids`.", examples=["5f0c8a1e2b3d4c5f6a7b8c9d0e1f2a3b"])
    kind: str = Field(description="photo or video.", examples=["photo"])
    url: str = Field(
        description="A signed link, relative to the server, good for one to two hours.", examples=["/media/5f0c…/full?e=…&s=…"]
    )
    thumbnail_url: str = Field(description="A smaller picture; empty for a video.", examples=["/media/5f0c…/small?e=…&s=…"])
    width: int = Field(description="In pixels.", examples=[1600])
    height: int = Field(description="In pixels.", examples=[1200])


class UploadStart(Sent):
    """Begin an upload in pieces."""

    kind: Literal["photo", "video"] = Field(description="What it is.", examples=["video"])
    size_bytes: int = Field(ge=1, le=2**40, description="How large the whole file is.", examples=[7_340_032])


class UploadState(Given):
    """How far an upload in pieces is."""

    upload_id: str = Field(description="Names the upload; good for a day.", examples=["eyJ…"])
    received_bytes: int = Field(description="Send the next piece from here.", examples=[0])
    size_bytes: int = Field(description="How large the whole file is.", examples=[7_340_032])
    chunk_bytes: int = Field(description="At most so many bytes in one piece.", examples=[1_048_576])
