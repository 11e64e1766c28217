"""Imports every table, so that metadata is complete for Alembic and for tests."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import estate_app.access.models
import estate_app.advice.models
import estate_app.billing.arrears_models
import estate_app.billing.models
import estate_app.feedback.disclosure_models
import estate_app.feedback.models
import estate_app.importing.models
import estate_app.jobs.models
import estate_app.ledger.models
import estate_app.media.models
import estate_app.notification.models
import estate_app.notification.preference_models
import estate_app.payment.desk_models
import estate_app.payment.invoice_models
import estate_app.payment.models
import estate_app.payment.reconciliation.models
import estate_app.personal.models
import estate_app.property.models
import estate_app.repair.appeal_models
import estate_app.repair.arrival_models
import estate_app.repair.callback_models
import estate_app.repair.certificate_models
import estate_app.repair.dispatch_models
import estate_app.repair.facility_models
import estate_app.repair.field_models
import estate_app.repair.models
import estate_app.repair.stock_models  # noqa: F401


def metadata() -> MetaData:
    """The metadata of all tables."""
    return SQLModel.metadata
