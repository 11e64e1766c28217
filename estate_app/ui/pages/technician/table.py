"""The technician's pages, one line each."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.technician.job.arrival import ArrivalState
from estate_app.ui.pages.technician.job.checklist import ChecklistState
from estate_app.ui.pages.technician.job.page import job_page
from estate_app.ui.pages.technician.job.state import JobState
from estate_app.ui.pages.technician.jobs.page import jobs_page
from estate_app.ui.pages.technician.jobs.state import JobsState
from estate_app.ui.pages.technician.queue.page import queue_page
from estate_app.ui.pages.technician.schedule.page import schedule_page
from estate_app.ui.pages.technician.schedule.state import ScheduleState
from estate_app.ui.pages.technician.stats.page import stats_page
from estate_app.ui.pages.technician.stats.state import StatsState

_WORK = Permission.work_orders
PAGES: tuple[Page, ...] = (
    Page("/tech", jobs_page, msg("Jobs"), "technician", (JobsState.load,), _WORK),
    Page(
        "/tech/jobs/[order_id]",
        job_page,
        msg("Job"),
        "technician",
        (JobState.load, ChecklistState.load, ArrivalState.load),
        _WORK,
        {"has_tabs": False, "back": "/tech"},
    ),
    Page("/tech/queue", queue_page, msg("Waiting uploads"), "technician", (), _WORK, {"back": "/tech"}),
    Page("/tech/schedule", schedule_page, msg("Schedule"), "technician", (ScheduleState.load,), _WORK),
    Page("/tech/stats", stats_page, msg("Results"), "technician", (StatsState.load,), _WORK),
)
