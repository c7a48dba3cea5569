"""The tables of 党务, one file for each noun. Dates are half-open [from, to); money in fen; nothing is deleted."""

from .admission import Admission, AdmissionNotice, AdmissionPaper, AdmissionStep, Fewer, Helper, Quota, Source
from .admission_past import PastSheet
from .appraisal import Appraisal, Debrief, LifeStep
from .dues import (
    Allotment,
    AllotmentLine,
    AllotmentUse,
    DuesBase,
    DuesCheck,
    DuesMonth,
    DuesNotice,
    DuesOpening,
    Handing,
    Receipt,
    Relief,
)
from .handover import Handover
from .posts import MemberPost, PostPlace, Promise
from .precheck import SystemCount
from .roster import Transcribed
from .sending import (
    CadreMove,
    Community,
    CommunityService,
    Cultivation,
    Dispatch,
    DispatchVisit,
    FurtherPost,
    Reserve,
    Talent,
    TalentTask,
)
from .terms import Delay, Election, ElectionSeat, Filing
from .training import Trainee, TrainingClass, TrainingCourse, TrainingLayer, TrainingPlan
from .transfers import Transfer, TransferBatch

__all__ = [
    "Admission", "AdmissionNotice", "AdmissionPaper", "AdmissionStep", "Allotment", "AllotmentLine", "AllotmentUse", "Appraisal",
    "CadreMove", "Community", "CommunityService", "Cultivation", "Debrief", "Delay", "Dispatch",
    "DispatchVisit", "DuesBase", "DuesCheck", "DuesMonth", "DuesNotice", "DuesOpening", "Election", "ElectionSeat", "Fewer", "Filing", "FurtherPost",
    "Handing", "Handover",
    "Helper", "LifeStep", "MemberPost", "PastSheet", "PostPlace", "Promise", "Quota", "Receipt", "Relief", "Reserve", "Source", "SystemCount", "Talent",
    "TalentTask", "Trainee", "TrainingClass", "TrainingCourse", "TrainingLayer", "TrainingPlan", "Transcribed", "Transfer", "TransferBatch",
]  # fmt: skip
