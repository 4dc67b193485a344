"""From what each text was translated, and who translates into which languages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .about import About


class TranslatedText(About):
    """One field in one language: the source as it read when it was translated.

    Where the source reads otherwise now, the translation is outdated, and a comparison of the two
    shows the translator what has changed. `record_id` may be that of a part (a step, a role).
    """

    field = models.CharField(max_length=64)
    language = models.CharField(max_length=8)
    source_language = models.CharField(max_length=8)
    source = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("translated text")
        verbose_name_plural = _("translated texts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "field", "language"],
                name="archive_translated_text_once",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.record_id}: {self.field}_{self.language}"


class TranslatorLanguage(models.Model):
    """A language into which someone of the group Translator may write."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="translator_languages"
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)

    class Meta:
        verbose_name = _("language of a translator")
        verbose_name_plural = _("languages of translators")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "language"], name="archive_translator_language_once"
            )
        ]

    def __str__(self):
        return self.language
