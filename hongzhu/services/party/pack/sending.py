"""The part of the party section on cadres, instructors, talent and double leaders."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from hongzhu.core.people.models import Person
from hongzhu.core.registers.models import Title
from hongzhu.kit.packs import Amount, Item, PackModel, Sourced, Text, among, one_code_each


class LeaderTest(Item, Sourced):
    """One test of 双带头 (B25), set by the bureau: the text names the project and neither of the two leads.

    ``needs``: party_years (since joining), post_years (as secretary),
    title (one of ``titles``, any if empty), education (one of ``education``).
    """

    side: Literal["party", "professional"]
    needs: Literal["party_years", "post_years", "title", "education"]
    years: int = Field(default=0, ge=0, le=40)
    titles: tuple[Annotated[str, among(Title.Kind.values, gettext_lazy("专业称号"))], ...] = ()
    education: tuple[Annotated[str, among(Person.Education.values, gettext_lazy("学历"))], ...] = ()


class SendingPart(PackModel):
    """Working days of a notice before an appointment; how long before the end of a term to remind; 双带头 tests."""

    posting_days: Amount = Amount(
        value=5,
        clause=Text(
            zh="《党政领导干部选拔任用工作条例》（2019）：任职前公示期不少于五个工作日",  # zh: clause
            en="Regulations on selecting leading cadres (2019): notice of five working days or more",
        ),
        confidence="likely",
    )
    remind_days: int = Field(default=30, ge=0, le=366)
    leader_tests: tuple[LeaderTest, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        one_code_each(self.leader_tests)
        return self
