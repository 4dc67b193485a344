"""What is now told of every document and file: the key of its address, the fingerprint of its text,
the copy that readers get of a picture."""

from io import BytesIO
from pathlib import PurePath

from django.db import migrations, models

from archive.models.addresses import key_of
from archive.models.text import Unreadable, fingerprint, shown_image


def derive(apps, schema_editor):
    documents = apps.get_model("archive", "Document").objects
    for pk, address in documents.exclude(source_url="").values_list("pk", "source_url"):
        documents.filter(pk=pk).update(source_key=key_of(address))
    attachments = apps.get_model("archive", "Attachment").objects
    for pk, text in attachments.exclude(text="").values_list("pk", "text").iterator():
        attachments.filter(pk=pk).update(fingerprint=fingerprint(text))
    for attachment in attachments.filter(may_be_shown=True, media_type__startswith="image/"):
        try:
            with attachment.file.open("rb") as original:
                copy = shown_image(original.read())
        except (OSError, Unreadable):
            continue  # shown to nobody until a curator puts it right
        ending = PurePath(attachment.file.name).suffix.lower()
        attachment.shown.save(f"{attachment.sha256[:16]}{ending}", BytesIO(copy))


class Migration(migrations.Migration):

    dependencies = [
        ('archive', '0006_reasons'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('may_be_shown', True), ('media_type__in', ['application/xhtml+xml', 'image/svg+xml', 'message/rfc822', 'text/html']), _negated=True), name='archive_attachment_never_runs', violation_error_message='Pages, messages and SVG pictures are kept for curators only.'),
        ),
        migrations.RunPython(derive, migrations.RunPython.noop, elidable=True),
    ]
