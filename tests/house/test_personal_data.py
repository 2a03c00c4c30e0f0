"""No model with a key of a person or a login is forgotten: a room gives it out and erases it, or says why not (K6)."""

from __future__ import annotations

import pytest
from django.apps import apps

from koopset.foundation.personal import fields
from koopset.foundation.personal.ports import rooms, row_words, told
from koopset.foundation.personal.terms import terms

COVERED = {label for room in rooms() for label in room.models}


@pytest.mark.parametrize(
    "model",
    [model for model in fields.own_models() if fields.subject_fields(model)],
    ids=lambda m: m._meta.label,
)
def test_a_model_about_people_is_told_of(model):
    label = model._meta.label
    assert label in COVERED or told().get(label), (
        f"{label} holds {', '.join(fields.subject_fields(model))}: name it in the privacy.py of its room"
        " (models), or tell with register_told why it gives nothing out"
    )


def test_what_is_told_of_still_is():
    labels = {model._meta.label for model in apps.get_models()}
    assert (COVERED | told().keys()) - labels == set()


@pytest.mark.parametrize(
    "model",
    [
        *(model for model in fields.own_models() if fields.doer_fields(model)),
        *(fields.kept_model(model) for model in fields.histories()),
    ],
    ids=lambda model: model._meta.label,
)
def test_a_row_somebody_made_has_words(model):
    """The list of one's own deeds names what was done in words, not by the name of a class."""
    assert row_words(model._meta.label), (
        f"register_told({model._meta.label!r}, …) in the privacy.py of its room"
    )


def test_a_history_of_rows_about_people_has_its_rows_told_of():
    silent = [
        model._meta.label
        for model in fields.histories()
        if fields.subject_fields(model) and fields.kept_model(model)._meta.label not in COVERED
    ]
    assert silent == []


def test_every_term_has_its_ground():
    assert [term.code for term in terms() if not str(term.ground).strip()] == []
    assert any(term.act for term in terms())
