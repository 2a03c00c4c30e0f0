"""Minutes of each law against its checklist: as PDF, as DOCX, and what happens when something is left out."""

from __future__ import annotations

from fractions import Fraction

import pytest

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import services
from koopset.apps.meetings.factories import NOW
from koopset.apps.meetings.papers import factories
from koopset.apps.meetings.papers.selectors.dossier import dossier
from koopset.apps.meetings.papers.selectors.minutes import circumstances_of, minutes_document
from koopset.apps.meetings.papers.selectors.printing import paper_file
from koopset.apps.meetings.papers.tests.reading import docx_text, pdf_text
from koopset.apps.meetings.rules.ballots import Choice
from koopset.apps.meetings.rules.canonical import fraction_read
from koopset.apps.meetings.rules.law import Voters
from koopset.apps.meetings.rules.minutes import minutes_lacking, minutes_points, minutes_text_lacking
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("law", factories.LAWS)
def test_minutes_hold_all_that_the_law_asks(law):
    row, _persons = factories.held_meeting(law)
    found = dossier(row.organisation_id, row.pk)
    document, told = minutes_document(found), circumstances_of(found)
    assert found.profile.key == law
    texts = {
        "pdf": pdf_text(paper_file(document, found, "pdf").content),
        "docx": docx_text(paper_file(document, found, "docx").content),
    }
    for text in texts.values():
        assert minutes_text_lacking(found.profile, told, text) == ()
    assert minutes_lacking(found.profile, told, document.contents) == ()
    for point in minutes_points(found.profile, told):
        lacking = minutes_lacking(found.profile, told, document.without(point.key).contents)
        assert point.key in {one.key for one in lacking}, point.key
        if point.words:
            cut = texts["pdf"].casefold()
            for word in point.words:
                cut = cut.replace(word.casefold(), "…")
            assert point.key in {one.key for one in minutes_text_lacking(found.profile, told, cut)}


@pytest.mark.parametrize("law", ["snt", "tsj", "mkd", "po"])
def test_numbers_of_the_minutes_are_those_of_the_results(law):
    row, _persons = factories.held_meeting(law)
    found = dossier(row.organisation_id, row.pk)
    votes = found.evidence.found
    text = pdf_text(paper_file(minutes_document(found), found, "pdf").content)
    for result in found.evidence.results:
        data = result.data
        if "candidates" in data:
            for who, measure in data["measures"].items():
                tally = votes.candidates[result.key][int(who)]
                assert fraction_read(measure["part"]) == tally.of(Choice.FOR).weight
            continue
        tally = votes.tallies[result.key][found.evidence.main.voters]
        assert fraction_read(data["members"]["part"]) == tally.of(Choice.FOR).weight
        assert fraction_read(data["quorum"][0]["part"]) == tally.present.weight
        part, whole = fraction_read(data["measure"]["part"]), fraction_read(data["measure"]["whole"])
        assert f"«За»: {_shown(part)} из {_shown(whole)}" in text
    assert found.evidence.opening.register in text
    assert found.evidence.closing.ballots_root in text
    assert found.evidence.head is not None
    assert found.evidence.head[1] in text


def _shown(weight: Fraction) -> str:
    assert weight.denominator == 1
    return str(weight.numerator)


def test_owners_who_are_not_members_stand_apart():
    row, persons = factories.told_meeting("snt", 5)
    owner = make_person(row.organisation_id)
    make_unit(row.organisation_id, owners=[owner])
    row = factories.open_held(row)
    meetings.come(row, [*persons[:4], owner])
    meetings.put(row)
    meetings.show_hands(row, "fees", dict.fromkeys(persons[:4], "for") | {owner: "against"})
    row = meetings.close(row)
    found = dossier(row.organisation_id, row.pk)
    tallies = found.evidence.found.tallies["fees"]
    assert tallies[Voters.OWNERS].of(Choice.AGAINST).people == 1
    text = pdf_text(paper_file(minutes_document(found), found, "pdf").content)
    assert "собственники без членства 0 1 0 0 0" in text
    assert "члены 4 0 0 0 0" in text
    assert "«За»: 4 из 5" in text
    assert "члены — 4 из 4" in text
    assert "Собственники без членства — 0 из 1" in text


def test_without_a_quorum_minutes_say_what_may_be_done_next():
    row, persons = factories.told_meeting("snt", 6)
    row = factories.open_held(row)
    meetings.come(row, persons[:2])
    meetings.put(row)
    row = meetings.close(row)
    assert row.state == "failed"
    found = dossier(row.organisation_id, row.pk)
    text = pdf_text(paper_file(minutes_document(found), found, "pdf").content)
    assert "Кворума нет." in text
    assert "Участвует 2 из 6; нужно более 1/2, то есть 4 или больше" in text
    assert "по этому вопросу не было кворума" in text
    assert "повторное собрание, форма очно-заочная, не раньше 6 декабря 2026" in text
    assert "217-ФЗ, ст. 17 ч. 23" in text


def test_powers_of_attorney_are_told():
    row, persons = factories.told_meeting("po", 5)
    row = factories.open_held(row)
    services.power_enter(
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        meeting_id=row.pk,
        principal_id=persons[0].pk,
        agent_id=persons[1].pk,
        issued_on=factories.EARLY.date(),
        number="77-А",
        now=factories.EVE,
    )
    factories.vote_in(row, persons)
    row = meetings.close(row, now=NOW.replace(hour=12))
    found = dossier(row.organisation_id, row.pk)
    assert circumstances_of(found).proxies
    text = pdf_text(paper_file(minutes_document(found), found, "pdf").content)
    assert f"{persons[1].full_name} за {persons[0].full_name}, доверенность 77-А" in text
    assert minutes_text_lacking(found.profile, circumstances_of(found), text) == ()
