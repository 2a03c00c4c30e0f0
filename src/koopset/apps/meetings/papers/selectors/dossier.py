"""A meeting with the names, plots and requisites that its papers show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.utils.translation import get_language, pgettext

from koopset.apps.meetings.models import Meeting
from koopset.apps.meetings.papers.models import MinutesText
from koopset.apps.meetings.papers.selectors.wording import said, votes_text
from koopset.apps.meetings.rules.law import Voters, Weight
from koopset.apps.meetings.rules.profile import Profile
from koopset.apps.meetings.selectors.evidence import Evidence, meeting_evidence
from koopset.apps.organisations.selectors import OrganisationCard, organisation_card
from koopset.apps.people.selectors import full_names
from koopset.apps.register.selectors.units import unit_ids_at, unit_labels, units_of_persons
from koopset.foundation.ui.templatetags import ks


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A plot or flat of an elector on the day of the register."""

    unit: int
    text: str
    street: str
    place: int
    share: Fraction
    weight: Fraction | None

    @property
    def with_share(self) -> str:
        """«участок 12, Вишнёвая», of a part «… — доля 1/3»."""
        if self.share == 1:
            return self.text
        return pgettext("paper", "%(unit)s, share %(share)s") % {
            "unit": self.text,
            "share": ks.share(self.share),
        }


@dataclass(frozen=True, slots=True)
class Dossier:
    """What papers of one meeting are made of. `order`: electors by streets and plots; `weighed`: what each one's vote weighs."""

    evidence: Evidence
    card: OrganisationCard
    names: Mapping[int, str]
    units: Mapping[int, tuple[UnitLine, ...]]
    order: tuple[int, ...]
    weighed: Mapping[int, Mapping[Voters, tuple[Fraction, Weight]]]
    text: MinutesText | None = None

    @property
    def meeting(self) -> Meeting:
        return self.evidence.meeting

    @property
    def profile(self) -> Profile:
        return self.evidence.profile

    @property
    def language(self) -> str:
        """Of the paper."""
        return (get_language() or "ru")[:2]

    @property
    def body_name(self) -> str:
        """«общее собрание членов товарищества»."""
        return said(self.profile.name)

    @property
    def is_house(self) -> bool:
        """Whether owners of premises of an apartment house meet."""
        return self.profile.body.value == "owners"

    @property
    def is_board(self) -> bool:
        """Whether a board meets."""
        return self.profile.body.value == "board"

    @property
    def head(self) -> tuple[str, ...]:
        """What stands above the title of each paper: whose it is."""
        numbers = [
            f"{label} {value}" for label, value in (("ИНН", self.card.inn), ("ОГРН", self.card.ogrn)) if value
        ]
        lines = [self.card.name_full or self.card.name_short, ", ".join(numbers), self.card.address]
        return tuple(line for line in lines if line)

    @property
    def made_at(self) -> datetime:
        """A moment of the meeting itself, so that the same meeting gives the same bytes."""
        row = self.meeting
        return row.recorded_at or row.closed_at or row.opened_at or row.noticed_at or row.created_at

    def name(self, person: int | None) -> str:
        """The name of a card; a dash for none."""
        return self.names.get(person, "—") if person is not None else "—"

    def names_of(self, persons: Iterable[int]) -> str:
        """Names in a line."""
        return ", ".join(self.name(person) for person in persons)

    def officials(self, role: str) -> list[str]:
        """Names of those who hold an office at the meeting."""
        return [self.name(person) for known, person in self.evidence.officials if known == role]

    def units_text(self, person: int) -> str:
        """Plots and flats of an elector in a line."""
        return "; ".join(line.with_share for line in self.units.get(person, ()))

    def votes_text(self, person: int) -> str:
        """What the vote of an elector weighs."""
        is_alone = len(self.evidence.electorates) == 1
        return votes_text(self.weighed.get(person, {}), self.profile.body.value, is_alone=is_alone)


def minutes_text_of(row: Meeting) -> MinutesText | None:
    """What the secretary wrote. Asks no right."""
    return MinutesText.objects.filter(organisation_id=row.organisation_id, meeting_id=row.pk).first()


def dossier(organisation_id: int, meeting_id: int, *, votes: bool = True) -> Dossier:
    """Read it all in the language that is active. Asks no right; raises what `meeting_evidence` raises."""
    evidence = meeting_evidence(organisation_id, meeting_id, count_votes=votes)
    persons = set(evidence.persons)
    persons |= {person for _role, person in evidence.officials}
    persons |= {who for row in evidence.agenda for who in row.candidates}
    persons |= {who for row in evidence.powers for who in (row.principal, row.agent)}
    units = _units(organisation_id, evidence)
    weighed: dict[int, dict[Voters, tuple[Fraction, Weight]]] = {}
    for one in evidence.electorates:
        for elector in one.electors:
            weighed.setdefault(elector.person, {})[one.voters] = (elector.weight, one.weight)
    names = full_names(persons, organisation_id=organisation_id)

    def place(person: int) -> tuple[int, str, int, str, int]:
        lines = units.get(person, ())
        first = lines[0] if lines else None
        if first is None:
            return (1, "", 0, names.get(person, ""), person)
        return (0, first.street, first.place, names.get(person, ""), person)

    return Dossier(
        evidence=evidence,
        card=organisation_card(organisation_id),
        names=names,
        units=units,
        order=tuple(sorted(evidence.persons, key=place)),
        weighed=weighed,
        text=minutes_text_of(evidence.meeting),
    )


def _units(organisation_id: int, evidence: Evidence) -> dict[int, tuple[UnitLine, ...]]:
    """person → plots: what gave the weight by area, else what the person owns on the day of the register."""
    found: dict[int, list[UnitLine]] = {}
    places = {unit: at for at, unit in enumerate(unit_ids_at(organisation_id, evidence.register_on))}
    by_area = {
        elector.person: elector.parts
        for one in evidence.electorates
        for elector in one.electors
        if elector.parts
    }
    labels = unit_labels(organisation_id, {part.unit for parts in by_area.values() for part in parts})
    for person, parts in by_area.items():
        found[person] = [
            UnitLine(
                part.unit,
                labels[part.unit].text,
                labels[part.unit].street,
                places.get(part.unit, 0),
                part.share,
                part.weight,
            )
            for part in parts
            if part.unit in labels
        ]
    rest = evidence.persons - by_area.keys()
    for unit in units_of_persons(organisation_id, rest, evidence.register_on):
        line = UnitLine(unit.unit_id, unit.text, unit.street, places.get(unit.unit_id, 0), unit.share, None)
        found.setdefault(unit.person_id, []).append(line)
    return {
        person: tuple(sorted(lines, key=lambda line: (line.street, line.place, line.unit)))
        for person, lines in found.items()
    }
