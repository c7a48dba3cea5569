"""Forms of one new item, list by list: what a draft may add in the browser, and how papers there already are laid out.

Lists that are not here take no new item: their codes are the program's own (kinds of document, contact schemes, levels
of honours, numbers of the branch rules), or they name what only a file can say so far (regimes, public figures).
"""

from __future__ import annotations

from .acts import DecisionForm, KindForm, OutputForm, PartForm, TagForm, TopicForm
from .base import ItemForm
from .duties import CampaignForm, DutyForm, InspectionForm, StudyHoursForm, TermForm
from .others import NameListForm, SeatsForm
from .papers import SheetForm, UpperSystemForm

FORMS: dict[tuple[str, str], type[ItemForm]] = {
    (form.section, form.listing): form
    for form in (
        DutyForm, CampaignForm, TermForm, StudyHoursForm, InspectionForm,
        KindForm, PartForm, TagForm, TopicForm, OutputForm, DecisionForm,
        SeatsForm, NameListForm, UpperSystemForm, SheetForm,
    )
}  # fmt: skip

__all__ = ["FORMS", "ItemForm"]
