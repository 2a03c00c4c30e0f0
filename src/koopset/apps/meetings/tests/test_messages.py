"""Every code of this room has words in both languages, and its params fill them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from koopset.apps.meetings.rules.clock import clock
from koopset.apps.meetings.rules.profile_text import profile_faults
from koopset.apps.meetings.tests.test_terms import plan
from koopset.foundation.refusals import UNKNOWN, has_message, text_of

RULES = Path(__file__).resolve().parents[1] / "rules"
CODE = re.compile(r'"meetings\.([a-z_]+)"')
FAULT = re.compile(r'(?:fault\(\s*|append\(\()"((?:profile|threshold)[a-z_]*)"')


def codes():
    found = set()
    for path in RULES.glob("*.py"):
        text = path.read_text("utf-8")
        found |= set(CODE.findall(text)) | set(FAULT.findall(text))
    return sorted(found)


@pytest.mark.parametrize("code", codes())
def test_a_code_has_words(code):
    assert has_message(f"meetings.{code}")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_refusals_of_the_clock_are_sentences(snt, language):
    plans = [
        plan(noticed_on=None),
        plan(noticed_on=date(2026, 11, 5)),
        plan(["tariff"]),
        plan(["charter"], materials_on={}),
        plan(electronic=True),
        plan(initiator="members"),
    ]
    with translation.override(language):
        unknown = str(UNKNOWN).split("“", maxsplit=1)[0].split("«", maxsplit=1)[0]
        for one in plans:
            for finding in clock(snt, one).findings:
                text = text_of(finding.violation())
                assert not text.startswith(unknown[:20])
                assert "%(" not in text
        late = clock(snt, plan(noticed_on=date(2026, 11, 5))).findings[0].violation()
        assert "20.11.2026" in text_of(late)
        assert "217-ФЗ, ст. 17 ч. 13" in text_of(late)


def test_faults_of_a_profile_are_sentences():
    with translation.override("ru"):
        texts = [
            text_of(fault.violation())
            for fault in profile_faults('key = "СНТ"\nitem = 5\nsince = 2025\n[[term]]\n')
        ]
    assert len(texts) > 5
    assert all("оператор" not in text for text in texts)
