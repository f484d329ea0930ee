"""What every room stores alike: the audit trail, attachments, references, jobs and the replay clock."""

from lantian.site.core.models.api import ApiAnswer, ApiCount, ApiToken
from lantian.site.core.models.attachments import Attachment, AttachmentLink, AttachmentMeta
from lantian.site.core.models.audit import (
    AppendOnly,
    AppendOnlyQuerySet,
    AuditEvent,
    AuditHead,
    AuditSegment,
    AuditTouch,
)
from lantian.site.core.models.jobs import Job
from lantian.site.core.models.notify import Delivery, Notice, NoticeSettings
from lantian.site.core.models.refs import Ref
from lantian.site.core.models.replay import ReplayClock
from lantian.site.core.models.schedules import ScheduleRun, Tick
from lantian.site.core.models.sheets import SheetImport, SheetRow
from lantian.site.core.models.tours import TourSeen

__all__ = [
    "ApiAnswer",
    "ApiCount",
    "ApiToken",
    "AppendOnly",
    "AppendOnlyQuerySet",
    "Attachment",
    "AttachmentLink",
    "AttachmentMeta",
    "AuditEvent",
    "AuditHead",
    "AuditSegment",
    "AuditTouch",
    "Delivery",
    "Job",
    "Notice",
    "NoticeSettings",
    "Ref",
    "ReplayClock",
    "ScheduleRun",
    "SheetImport",
    "SheetRow",
    "Tick",
    "TourSeen",
]
