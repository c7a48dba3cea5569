"""The national rules as they ship, and what a pack may not say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from hongzhu.services.party.pack.admission import AdmissionPart
from tests.services.party.admission.conftest import FILE, PART
from tests.services.party.admission.oracle import BEFORE, CODES, NOTICES, PAPERS


def raw() -> Any:
    return yaml.safe_load(FILE.read_text())["party"]["admission"]


def test_twenty_five_steps_in_five_stages_with_their_sources() -> None:
    assert [step.number for step in PART.steps] == list(range(1, 26))
    assert tuple(step.code for step in PART.steps) == CODES
    assert len(PART.stages) == 5 and {step.stage for step in PART.steps} == {stage.code for stage in PART.stages}
    assert {step.number for step in PART.steps if step.decides} == {8, 13, 17, 24}
    assert {step.number for step in PART.steps if step.vote} == {15, 23}
    for thing in (*PART.steps, *PART.papers, *PART.notices):
        assert thing.clause.zh and thing.clause.en and thing.title.en


def test_the_oracle_tells_the_same_rules() -> None:
    """Written from the fact sheet by hand: gates, papers and notices agree with the file."""
    number = {step.code: step.number for step in PART.steps}
    assert {step.number: {number[need] for need in step.needs} for step in PART.steps if step.needs} == BEFORE
    papers: dict[int, set[str]] = {}
    for paper in PART.papers:
        papers.setdefault(number[paper.before], set()).add(paper.code)
    assert papers == PAPERS
    hung = {
        step.number: (step.notice, next(number[n.after] for n in PART.notices if n.code == step.notice))
        for step in PART.steps
        if step.notice
    }
    assert hung == NOTICES
    assert {notice.days for notice in PART.notices} == {5}


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda part: part["steps"][3].update(stage="nowhere"), "没有叫“nowhere”的阶段"),
        (lambda part: part["steps"][3].update(notice="nowhere"), "没有叫“nowhere”的公示节点"),
        (lambda part: part["steps"][3].update(needs=["form"]), "不是排在前面的步骤"),
        (lambda part: part["steps"][3].update(needs=["nowhere"]), "不是排在前面的步骤"),
        (lambda part: part["steps"][6]["clocks"][0].update(since="nowhere"), "没有叫“nowhere”的步骤"),
        (lambda part: part["steps"][16]["clocks"][1].update(redo="nowhere"), "没有叫“nowhere”的步骤"),
        (lambda part: part["steps"][5]["repeat"].update(until="nowhere"), "没有叫“nowhere”的步骤"),
        (lambda part: part["papers"][0].update(before="nowhere"), "不存在"),
        (lambda part: part["notices"][0].update(after="nowhere"), "不存在"),
        (lambda part: part.pop("probation"), "预备期、表决和年龄"),
        (lambda part: part["papers"].append(part["papers"][0]), "用了两次"),
    ],
)
def test_what_a_pack_may_not_say(change: Any, match: str) -> None:
    part = raw()
    change(part)
    with pytest.raises(ValidationError, match=match):
        AdmissionPart(**part)
