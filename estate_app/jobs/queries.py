"""How the timed jobs are doing, for the managers' overview: above all the last good backup and the last drill."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.jobs.models import JobRun


@dataclass(frozen=True, slots=True)
class JobState:
    """When a job last did something well, and when it last failed."""

    name: str
    ok_at: datetime | None
    failed_at: datetime | None

    @property
    def is_failing(self) -> bool:
        """Whether the failure is newer than the success."""
        return self.failed_at is not None and (self.ok_at is None or self.failed_at > self.ok_at)


def job_states(session: Session, actor: Actor) -> list[JobState]:
    """Every job that has ever done something or failed, by name."""
    actor.require(Permission.system, Permission.repairs_read)
    ended = func.max(JobRun.ended_at)
    rows = session.execute(
        select(JobRun.name, ended.filter(col(JobRun.is_ok).is_(True)), ended.filter(col(JobRun.is_ok).is_(False)))
        .group_by(JobRun.name)
        .order_by(JobRun.name)
    )
    return [JobState(name, ok_at, failed_at) for name, ok_at, failed_at in rows]
