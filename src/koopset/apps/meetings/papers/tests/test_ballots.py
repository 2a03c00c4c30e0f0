"""Written ballots: whose they are, what stands on them, a code that another reader reads, secret items apart."""

from __future__ import annotations

import shutil
import subprocess
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from koopset.apps.meetings import factories as meetings
from koopset.apps.meetings import selectors
from koopset.apps.meetings.models import AgendaItem
from koopset.apps.meetings.papers import factories
from koopset.apps.meetings.papers.formats.code_picture import code_png
from koopset.apps.meetings.papers.selectors import papers
from koopset.apps.meetings.papers.selectors.ballots import ballot_form, ballot_persons
from koopset.apps.meetings.papers.selectors.dossier import dossier
from koopset.apps.meetings.papers.tests.reading import docx_text, pdf_pages, pdf_text
from koopset.apps.meetings.rules.ballot_code import code_spaced
from koopset.apps.people.factories import make_person
from koopset.apps.register.factories import make_unit
from koopset.foundation.rights.actors import SYSTEM, Forbidden
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
needs_zbar = pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")


def read_square(picture: Path) -> str:
    """What zbar, which shares no code with the writer, sees."""
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_all_ballots_stand_by_streets_and_plots_each_with_its_number():
    row, persons = factories.told_meeting("tsn", 5)
    meetings.tell(row, now=factories.EARLY)
    made = papers.paper_of(SYSTEM, row.organisation_id, row.pk, "ballots")
    pages = pdf_pages(made.content)
    assert len(pages) == 5
    by_street = [*persons[::2], *persons[1::2]]  # plots go in turns to two streets
    for page, person in zip(pages, by_street, strict=True):
        code = selectors.ballot_code(row.organisation_id, row.pk, person.pk)
        assert person.full_name in page
        assert page.count(code_spaced(code)) == 2  # at the head and in the foot
        assert "1 голос" in page
        assert "1. О смете на 2027 год" in page
        assert page.count("ВОЗДЕРЖАЛСЯ") == 1 + 3  # an item and three candidates
        assert "Сдать не позднее" in page
    time.sleep(1.1)  # the library that joins writes the second of the clock
    again = papers.paper_of(SYSTEM, row.organisation_id, row.pk, "ballots")
    assert again.content == made.content


@needs_zbar
def test_the_square_of_a_printed_ballot_leads_to_its_elector(tmp_path):
    row, persons = factories.told_meeting("mkd", 2)
    meetings.tell(row, now=factories.EARLY)
    made = papers.ballot_of(SYSTEM, row.organisation_id, row.pk, persons[1].pk)
    with PdfDocument(made.content) as pdf:
        pdf[0].render(scale=2).to_pil().save(tmp_path / "page.png")
    scanned = read_square(tmp_path / "page.png")
    found = selectors.ballot_code_read(SYSTEM, row.organisation_id, scanned)
    assert (found.meeting_id, found.person_id) == (row.pk, persons[1].pk)
    text = pdf_text(made.content)
    assert "Решение собственника помещения" in text
    assert "СНИЛС" in text
    assert "51 м²" in text


@needs_zbar
@pytest.mark.parametrize("text", ["KOOPSET/1/18700793180", "7", "KOOPSET/123456789/00000000000"])
def test_a_square_is_read_by_another_reader(tmp_path, text):
    with Image.open(BytesIO(code_png(text))) as small:
        large = Image.new("1", (small.width + 8, small.height + 8), 1)
        large.paste(small, (4, 4))
        large.resize((large.width * 6, large.height * 6)).save(tmp_path / "code.png")
    assert read_square(tmp_path / "code.png") == text


def test_a_ballot_as_docx_says_the_same():
    row, persons = factories.told_meeting("snt", 3)
    meetings.tell(row, now=factories.EARLY)
    texts = {
        extension: reader(
            papers.ballot_of(SYSTEM, row.organisation_id, row.pk, persons[0].pk, extension).content
        )
        for extension, reader in (("pdf", pdf_text), ("docx", docx_text))
    }
    code = code_spaced(selectors.ballot_code(row.organisation_id, row.pk, persons[0].pk))
    for text in texts.values():
        for told in (code, persons[0].full_name, "Утвердить смету на 2027 год.", "ПРОТИВ", "Подпись"):
            assert told in text


def test_owners_who_are_not_members_have_boxes_for_their_items_only():
    row, persons = factories.told_meeting("snt", 3)
    owner = make_person(row.organisation_id)
    make_unit(row.organisation_id, owners=[owner])
    meetings.tell(row, now=factories.EARLY)
    form = ballot_form(dossier(row.organisation_id, row.pk, votes=False))
    assert set(ballot_persons(form)) == {owner.pk, *(person.pk for person in persons)}
    text = pdf_text(papers.ballot_of(SYSTEM, row.organisation_id, row.pk, owner.pk).content)
    assert "1 голос (собственник без членства)" in text
    assert "1. О смете на 2027 год" in text  # it is of the type «fees», where owners vote too
    assert "О выборах правления" not in text


def test_a_secret_item_never_stands_on_a_ballot_with_a_name():
    row, persons = factories.told_meeting("jsk", 3)
    meetings.make_item(
        row, now=factories.EARLY, type="other", title="О доверии", wording="Доверять.", is_secret=True
    )
    meetings.tell(row, now=factories.EARLY)
    text = pdf_text(papers.paper_of(SYSTEM, row.organisation_id, row.pk, "ballots").content)
    assert "О доверии" not in text
    bulletin = pdf_text(papers.paper_of(SYSTEM, row.organisation_id, row.pk, "bulletin").content)
    assert "2. О доверии" in bulletin
    assert "О смете" not in bulletin
    assert "Не пишите своё имя" in bulletin
    for person in persons:
        assert person.full_name not in bulletin
        assert selectors.ballot_code(row.organisation_id, row.pk, person.pk)[:4] not in bulletin


def test_a_meeting_of_secret_items_alone_has_no_ballots_with_names():
    row, persons = factories.told_meeting("jsk", 2)
    AgendaItem.objects.filter(organisation_id=row.organisation_id, meeting=row).update(is_secret=True)
    meetings.tell(row, now=factories.EARLY)
    refused(
        "meeting_papers.no_open_item",
        lambda: papers.ballot_of(SYSTEM, row.organisation_id, row.pk, persons[0].pk),
    )
    refused(
        "meeting_papers.no_open_item",
        lambda: papers.paper_of(SYSTEM, row.organisation_id, row.pk, "ballots"),
    )


def test_one_takes_ones_own_ballot_and_nobody_elses():
    row, persons = factories.told_meeting("tsn", 3)
    meetings.tell(row, now=factories.EARLY)
    anna = meetings.voter(row.organisation_id, persons[0])
    own = papers.own_ballots(anna, row.organisation_id, row.pk)
    assert persons[0].full_name in pdf_text(own.content)
    assert papers.ballot_of(anna, row.organisation_id, row.pk, persons[0].pk).content == own.content
    for foreign in (persons[1].pk, make_person(row.organisation_id).pk, 10**9):
        with pytest.raises(Forbidden):
            papers.ballot_of(anna, row.organisation_id, row.pk, foreign)
    with pytest.raises(Forbidden):
        papers.paper_of(anna, row.organisation_id, row.pk, "ballots")
    stranger = meetings.voter(row.organisation_id, make_person(row.organisation_id))
    with pytest.raises(Forbidden):
        papers.own_ballots(stranger, row.organisation_id, row.pk)
