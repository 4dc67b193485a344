"""What readers report about a record: the form, and what keeps machines from flooding it.

No account, no cookie, no third party. A form is signed with the record and the moment it was
opened at; one filled in faster than a person reads, or opened days ago, is shown again with what
was typed. A field that only machines see marks a report as spam: it is kept, for a person may
have filled it in by mistake. From one address come a few an hour, which is counted in memory
under a keyed digest and forgotten after it.
"""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django import forms
from django.core import signing
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from archive.models import Publishable, Report

from .proxy import client_address

FASTEST = 3  # seconds between opening and sending
LONGEST = 24 * 3600
AN_HOUR = 3600
MOST_OF_ONE = 6  # reports an hour from one address, in each process
MOST_OF_ALL = 200  # and as many again about danger to someone
ONE_SENDER = 64  # bits of an IPv6 address that a provider gives to one connection
_SALT = "portal.reporting"


class TooMany(Exception):
    """More reports within the hour than the archive takes."""


class ReportForm(forms.ModelForm):
    """A report about one record. Errors are said beside the field; nothing typed is lost."""

    # Not for people: hidden by the style sheet, and said so to those who hear the page.
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    TOO_MANY = _(
        "Too many messages have been sent within the last hour. Keep your text, and send it later or "
        "write to us."
    )

    class Meta:
        model = Report
        fields = ["matter", "text", "contact"]
        labels = {
            "matter": _("What is it about?"),
            "text": _("Your message"),
            "contact": _("How can we reach you? (optional)"),
        }
        help_texts = {
            "text": _(
                "In any language. What is wrong, and where the right version can be read; or what "
                "should not be shown. Do not name people who are not named in public already."
            ),
            "contact": _(
                "An e-mail address or a number, only if you want an answer. Only the curators "
                "see it."
            ),
        }
        error_messages = {
            "matter": {"required": _("Choose what your message is about.")},
            "text": {"required": _("Write what is wrong or what you ask for.")},
        }
        widgets = {
            "matter": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 8}),
            "contact": forms.TextInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args, record: Publishable, **kwargs):
        super().__init__(*args, **kwargs)
        self.record = record
        matter = self.fields["matter"]
        matter.choices = [choice for choice in matter.choices if choice[0]]
        for name in ("text", "contact"):
            described = [f"id_{name}_hint"]
            if self.is_bound and name in self.errors:
                described.append(f"id_{name}_error")
                self.fields[name].widget.attrs["aria-invalid"] = "true"
            self.fields[name].widget.attrs["aria-describedby"] = " ".join(described)

    @property
    def seal(self) -> str:
        """What the field `opened` holds when the form is shown: when it was opened first, unless
        that is too long ago."""
        sent = self.data.get("opened", "")
        if self._opened_within(sent, LONGEST):
            return sent
        return signing.dumps(self._about, salt=_SALT)

    @property
    def _about(self) -> str:
        return f"{self.record._meta.model_name}/{self.record.pk}"

    def clean(self):
        data = super().clean()
        seal = data.get("opened", "")
        if not self._opened_within(seal, LONGEST):
            raise forms.ValidationError(
                _("This page had been open for very long. Look at your message and send it again.")
            )
        if self._opened_within(seal, FASTEST):
            raise forms.ValidationError(
                _("That was quicker than we can tell from a machine. Please send it once more.")
            )
        return data

    def _opened_within(self, seal: str, seconds: int) -> bool:
        try:
            return signing.loads(seal, salt=_SALT, max_age=seconds) == self._about
        except signing.BadSignature:
            return False

    def keep(self) -> Report:
        """Store the report; the same words about the same record within a day only once."""
        report = self.save(commit=False)
        report.kind, report.record_id = self.record._meta.model_name, self.record.pk
        report.language = get_language()
        if self.cleaned_data["website"]:
            report.outcome = Report.Outcome.SPAM
        since = timezone.now() - timedelta(days=1)
        same = Report.objects.about(self.record).filter(text=report.text, at__gte=since)
        if report.outcome != Report.Outcome.SPAM:
            same = same.exclude(pk__in=Report.objects.suspected())
        if already := same.filter(matter=report.matter, contact=report.contact).first():
            return already
        report.save()
        return report


def count(request, matter: str) -> None:
    """Count a report of whoever sends this. Raises TooMany."""
    sender = salted_hmac(_SALT, _sender(client_address(request))).hexdigest()
    is_urgent = matter == Report.Matter.SAFETY
    allowances = {
        f"reports-{sender}": MOST_OF_ONE,
        "reports-urgent" if is_urgent else "reports": MOST_OF_ALL,
    }
    for key, most in allowances.items():
        if _counted(key) > most:
            raise TooMany


def _sender(address: str | None) -> str:
    """What the messages of one sender have in common: of IPv6 the network, of which every address
    is theirs."""
    try:
        known = ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(ip_network((int(known) >> ONE_SENDER << ONE_SENDER, ONE_SENDER)))
    return str(getattr(known, "ipv4_mapped", None) or known)


def _counted(key: str) -> int:
    cache.add(key, 0, AN_HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # the hour ended between the two
        cache.set(key, 1, AN_HOUR)
        return 1
