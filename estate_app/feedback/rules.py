"""How long the estate may take to answer, and how feedback is named. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from estate_app.feedback.models import FeedbackKind, FeedbackStatus
from estate_app.kit.i18n import Message, msg

MAX_TEXT = 1000
MIN_TEXT = 5
MAX_PHOTOS = 6
ANSWER_WITHIN: Mapping[FeedbackKind, timedelta] = {
    FeedbackKind.complaint: timedelta(hours=24),
    FeedbackKind.question: timedelta(hours=48),
    FeedbackKind.suggestion: timedelta(hours=72),
    FeedbackKind.praise: timedelta(hours=72),
}
REMIND_BEFORE = timedelta(hours=4)
REMIND_AGAIN = timedelta(hours=24)
"""The managers are reminded once before the limit, at it, and every day after it until somebody answers."""
KIND_NAMES: Mapping[FeedbackKind, Message] = {
    FeedbackKind.complaint: msg("Complaint"),
    FeedbackKind.suggestion: msg("Suggestion"),
    FeedbackKind.question: msg("Question to the estate"),
    FeedbackKind.praise: msg("Praise"),
}
STATUS_NAMES: Mapping[FeedbackStatus, Message] = {
    FeedbackStatus.open: msg("Waits for an answer"),
    FeedbackStatus.answered: msg("Answered"),
    FeedbackStatus.closed: msg("Closed"),
}
