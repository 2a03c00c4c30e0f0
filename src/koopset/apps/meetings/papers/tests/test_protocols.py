"""Papers of the counting commission: participants, filled ballots with who entered them, the secret vote, the archive."""

from __future__ import annotations

import re
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.utils.translation import override

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import services
from koopset.apps.meetings.factories import NOW
from koopset.apps.meetings.formats.archive_file import archive_unpack
from koopset.apps.meetings.papers import factories
from koopset.apps.meetings.papers.selectors import papers
from koopset.apps.meetings.papers.tests.reading import docx_text, pdf_text
from koopset.apps.meetings.rules.archive import archive_check
from koopset.foundation.rights.actors import SYSTEM

pytestmark = pytest.mark.django_db


def text(row, kind, extension="pdf"):
    content = papers.paper_of(SYSTEM, row.organisation_id, row.pk, kind, extension).content
    return (pdf_text if extension == "pdf" else docx_text)(content)


def test_papers_of_a_mixed_meeting_of_a_house():
    row, persons = factories.held_meeting("mkd")
    participants = text(row, "participants")
    assert "Список присутствовавших лично" in participants
    assert "Прислали решения" in participants
    assert participants.index(persons[0].full_name) < participants.index("Прислали решения")
    assert participants.index(persons[5].full_name) > participants.index("Прислали решения")
    assert persons[4].full_name not in participants  # did not take part
    filled = text(row, "filled")
    assert filled.count("письменным решением") == 1
    assert "Внёс" in filled
    assert "Сверил с бумагой" in filled
    told = text(row, "told")
    assert "Нужно уведомить: 6 человек. Уведомлено с подтверждением: 6 человек." in told
    assert told.count("под подпись") >= 6
    results = text(row, "results")
    assert "Протокол счётной комиссии" in results
    assert "«За»: 153 из 261 м²; нужно более 1/2" in results  # 50 + 51 + 52 of those who took part
    assert "учтён" in results
    notice = text(row, "notice")
    assert "На голосование: Утвердить смету на 2027 год." in notice
    assert "Форма проведения собрания очно-заочная" in notice


def test_every_paper_reads_the_same_as_docx():
    row, persons = factories.held_meeting("tsn")
    for kind in ("notice", "told", "participants", "results", "minutes", "filled"):
        pdf, docx = text(row, kind), text(row, kind, "docx")
        for word in (row.title, persons[0].full_name if kind != "notice" else "О смете на 2027 год"):
            assert word in pdf, kind
            assert word in docx, kind


def test_a_vote_signed_by_a_code_stands_with_its_text_and_hash(django_capture_on_commit_callbacks):
    row, persons = factories.told_meeting("po", 5, electronic=True)
    person = meetings.with_login(persons[1])
    row = factories.open_held(row)
    given: dict[str, Any] = {
        "organisation_id": row.organisation_id,
        "meeting_id": row.pk,
        "now": factories.EVE,
    }
    actor = meetings.voter(row.organisation_id, person)
    marks = dict.fromkeys(factories.open_keys(row), "for")
    with django_capture_on_commit_callbacks(execute=True):
        ask = services.signature_ask(actor=actor, person_id=person.pk, marks=marks, **given)
    (code,) = re.findall(r"\b[0-9]{6}\b", str(mail.outbox[-1].body))
    assert services.signature_sign(actor=actor, ask_id=ask.pk, code=code, **given).refusal is None
    factories.vote_in(row, [persons[0], *persons[2:]], came=3)
    row = meetings.close(row, now=NOW + timedelta(hours=1))
    filled = text(row, "filled")
    assert "электронно, с подписью кодом" in filled
    assert ask.text_hash in filled
    assert "Подписано кодом 20 ноября 2026" in filled
    assert "устав, п. 7.2" in filled
    assert code not in filled
    minutes = text(row, "minutes")
    assert "Дистанционно, электронным способом голосовали: 1 человек." in minutes
    own = papers.own_filled(actor, row.organisation_id, row.pk)
    assert ask.text_hash in pdf_text(own.content)
    assert (
        persons[0].full_name not in pdf_text(own.content).split("Подписанный текст")[1].split("О выборах")[0]
    )


def test_the_protocol_of_a_secret_vote_holds_tables_and_no_voter():
    row, persons = factories.told_meeting("jsk", 4)
    meetings.make_item(
        row, now=factories.EARLY, type="other", title="О доверии", wording="Доверять.", is_secret=True
    )
    row = factories.open_held(row)
    meetings.come(row, persons)
    meetings.put(row)
    meetings.show_hands(row, "budget", dict.fromkeys(persons, "for"))
    for person, mark in zip(persons[:3], ("for", "for", "against"), strict=True):
        services.secret_vote(
            actor=meetings.voter(row.organisation_id, person),
            organisation_id=row.organisation_id,
            meeting_id=row.pk,
            person_id=person.pk,
            item="other",
            mark=mark,
            now=NOW + timedelta(minutes=20),
        )
    row = meetings.close(row)
    protocol = text(row, "secret")
    assert "Бюллетеней: 3." in protocol
    assert (protocol.count("ЗА"), protocol.count("ПРОТИВ")) == (2, 1)
    for person in persons:
        assert person.full_name not in protocol
        assert person.full_name in text(row, "participants")
    assert "О доверии" not in text(row, "filled")
    assert "Голосование тайное" in text(row, "minutes")


def test_the_archive_holds_every_paper_and_checks_itself():
    row, _persons = factories.held_meeting("snt")
    made = papers.paper_of(SYSTEM, row.organisation_id, row.pk, "bundle")
    again = papers.paper_of(SYSTEM, row.organisation_id, row.pk, "bundle")
    assert made.content == again.content
    with zipfile.ZipFile(BytesIO(made.content)) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
        archive = packed.read(names[-1])
        minutes = next(name for name in names if "протокол-2" in name and name.endswith(".pdf"))
        assert "Протокол №" in pdf_text(packed.read(minutes))
    assert sum(name.endswith(".pdf") for name in names) == 6
    assert sum(name.endswith(".docx") for name in names) == 6
    assert archive_check(archive_unpack(archive)).holds


def test_papers_in_english_say_that_the_russian_one_is_signed():
    row, _persons = factories.held_meeting("snt")
    with override("en"):
        minutes = text(row, "minutes")
        assert "A translation for reading: the paper that is signed is the Russian one." in minutes
        assert "Form of the meeting in person" in minutes
        assert "There is a quorum." in minutes
        bundle = papers.paper_of(SYSTEM, row.organisation_id, row.pk, "bundle")
    with zipfile.ZipFile(BytesIO(bundle.content)) as packed:
        name = next(one for one in packed.namelist() if "протокол-2" in one and one.endswith("pdf"))
        assert "Кворум есть." in pdf_text(packed.read(name))
