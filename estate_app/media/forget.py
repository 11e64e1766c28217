"""Removes what a person photographed: reports, ratings, feedback, and uploads that nothing took."""

from sqlmodel import col, or_, select

from estate_app.db import UnitOfWork
from estate_app.media.models import MediaFile, MediaUse
from estate_app.media.service import drop_files

_KEPT = (MediaUse.meter, MediaUse.signature)
"""A dial proves a reading, a signature the charge of a repair: they belong to bills, and stay."""


def forget(uow: UnitOfWork, account_id: int) -> int:
    """Delete the person's own files, on disk too once the transaction is committed; answers how many."""
    kept = or_(col(MediaFile.use).is_(None), col(MediaFile.use).not_in(_KEPT))
    files = uow.session.exec(select(MediaFile).where(MediaFile.account_id == account_id, kept).with_for_update()).all()
    drop_files(uow, files)
    return len(files)
