"""The technician's pages, one line each."""

from estate_app.access.permission import Permission
from estate_app.kit.i18n import msg
from estate_app.ui.page import Page
from estate_app.ui.pages.technician.job.page import job_page
from estate_app.ui.pages.technician.job.state import JobState
from estate_app.ui.pages.technician.jobs.page import jobs_page
from estate_app.ui.pages.technician.jobs.state import JobsState

_WORK = Permission.work_orders
PAGES: tuple[Page, ...] = (
    Page("/tech", jobs_page, msg("Jobs"), "technician", (JobsState.load,), _WORK),
    Page("/tech/jobs/[order_id]", job_page, msg("Job"), "technician", (JobState.load,), _WORK, {"has_tabs": False, "back": "/tech"}),
)
