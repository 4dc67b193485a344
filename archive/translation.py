"""Which fields are kept in every language, and the history that sees all of them.

History is registered here, after translation: registered on the model it would miss the
language columns.
"""

import simple_history
from django.db.models.signals import m2m_changed, pre_delete, pre_save
from modeltranslation.translator import TranslationOptions, translator

from .models import (
    Attachment,
    CaseOutcome,
    CaseStep,
    Citation,
    Claim,
    Document,
    Incident,
    LegalCase,
    Organisation,
    Person,
    Place,
    Role,
    TreatyReference,
    ViolationType,
)
from .models.versions import begin_before_linking, begin_before_saving

_COMMON = ("note", "translation_kind")

TRANSLATED = {
    Document: ("title", "summary", "rights", *_COMMON),
    LegalCase: (
        "title",
        "summary",
        "forum",
        "applicants",
        "stage_note",
        "legal_basis",
        *_COMMON,
    ),
    Incident: ("title", "summary", *_COMMON),
    Claim: ("text", "verification_method", "figure_counted", "figure_note", *_COMMON),
    Organisation: ("name", "acronym", *_COMMON),
    Person: ("name", *_COMMON),
    Place: ("name", *_COMMON),
    Role: ("title",),
    CaseStep: ("note",),
    CaseOutcome: ("detail", "note"),
    ViolationType: ("label", "description", "note"),
    TreatyReference: ("instrument", "detail"),
    Attachment: ("description",),
}

for model, fields in TRANSLATED.items():
    translator.register(
        model, type(f"{model.__name__}Translation", (TranslationOptions,), {"fields": fields})
    )

# What is read from a file anew whenever it is needed has no history of its own.
DERIVED = {Attachment: ["text", "shown", "fingerprint"], Document: ["source_key"]}

for model in (*TRANSLATED, Citation):
    simple_history.register(
        model,
        app="archive",
        m2m_fields=[field.name for field in model._meta.local_many_to_many],
        excluded_fields=DERIVED.get(model, []),
    )
    for change in (pre_save, pre_delete):
        change.connect(begin_before_saving, sender=model, dispatch_uid="history")
    for field in model._meta.local_many_to_many:
        m2m_changed.connect(
            begin_before_linking, sender=field.remote_field.through, dispatch_uid="history"
        )
