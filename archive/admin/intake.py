"""Taking in: from a file or an address to a draft document, in the curators' room.

One page to bring files and addresses, one that shows how far they have come, and one a piece on
which a curator looks through what was recognised. All of it works without JavaScript.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from archive.ingest.intake import (
    WORKING,
    Begun,
    begin_address,
    begin_file,
    describe_by_hand,
    drop,
    retry,
)
from archive.ingest.making import NotReady, make_document
from archive.ingest.problems import Refused, sentence
from archive.ingest.tasks import is_neglected, work_at
from archive.models import Document, Intake, Suggestion
from archive.models import IntakeStage as Stage
from archive.models.files import KINDS, validate_file
from archive.models.lines import split_lines

from . import intake_review as review
from .dates import day_in_words
from .steps import page_of, shortened
from .work import SHOWN, Listing, Work, work_list

LISTED = 50  # rows of a group on the list
FINISHED = 10
# Where a kept original can be described by hand, though the archive could not read it.
READABLE_BY_HAND = ("file_damaged", "file_slow", "stopped", "unexpected")


@work_list(_("Being taken in"), order=30)
def waiting_intakes(request) -> Listing | None:
    """What a curator is to look through, and what failed on its way there."""
    if not request.user.has_perm("archive.change_intake"):
        return None
    waiting = Intake.objects.filter(stage__in=(Stage.READY, Stage.FAILED)).order_by("-updated_at")
    rows = [
        Work(
            shortened(review.title_of(intake)),
            str(_("intake")),
            page_of(intake),
            intake.updated_at,
            str(intake.get_stage_display()),
        )
        for intake in waiting.defer("text")[:SHOWN]
    ]
    return Listing(rows, waiting.count(), reverse("admin:archive_intake_changelist"))


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Files, each of a kind and size that the archive keeps; what is wrong is said by name."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        files = [super(SeveralFiles, self).clean(file, initial) for file in data or [None]]
        files, problems = [file for file in files if file], []
        for file in files:
            try:
                validate_file(file)
            except ValidationError as error:
                problems += [
                    # Translators: the name of a file, and what is wrong with it
                    _("%(name)s: %(problem)s") % {"name": file.name, "problem": message}
                    for message in error.messages
                ]
        if problems:
            raise ValidationError(problems)
        return files


class BringForm(forms.Form):
    """What is to be taken in."""

    files = SeveralFiles(
        label=_("Files"),
        required=False,
        help_text=_("Several at once, if you like. They are kept exactly as they are."),
        widget=SeveralFilesInput(attrs={"accept": ",".join(KINDS)}),
    )
    addresses = forms.CharField(
        label=_("Addresses"),
        required=False,
        help_text=_("One a line. The archive fetches what stands there and keeps a copy."),
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "class": "vLargeTextField",
                "placeholder": "https://",
                "spellcheck": "false",
            }
        ),
    )

    def clean_addresses(self):
        addresses = [
            line if "://" in line else f"https://{line}"
            for line in split_lines(self.cleaned_data["addresses"])
        ]
        valid = URLValidator(schemes=["http", "https"])
        wrong = []
        longest = Intake._meta.get_field("address").max_length
        for address in addresses:
            try:
                valid(address if len(address) <= longest else "")
            except ValidationError:
                wrong.append(_("This is not an address: %(address)s") % {"address": address})
        if wrong:
            raise ValidationError(wrong)
        return addresses

    def clean(self):
        data = super().clean()
        if not self.errors and not data["files"] and not data["addresses"]:
            raise ValidationError(_("Choose a file or write an address."))
        return data


@admin.register(Intake)
class IntakeAdmin(admin.ModelAdmin):
    class Media:
        css = {"all": ["portal/admin/intake.css"]}
        js = ["archive/intake.js"]

    def get_urls(self):
        pages = [
            path("<int:pk>/original/", self.original, name="archive_intake_original"),
            path("<int:pk>/answer/", self.answer, name="archive_intake_answer"),
        ]
        for page in pages:
            page.callback = self.admin_site.admin_view(page.callback)
        return [*pages, *super().get_urls()]

    def get_model_perms(self, request):
        """No room in the menu: it is entered from the documents and from the first page."""
        return {}

    def has_delete_permission(self, request, obj=None):
        """What came in is set aside, never deleted: the original may be the only copy."""
        return False

    def context(self, request, title, **more) -> dict:
        return {
            **self.admin_site.each_context(request),
            "opts": Document._meta,
            "title": title,
            "media": self.media,
            "can_change": self.has_change_permission(request),
            **more,
        }

    # Bringing

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BringForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            intakes = self.begin(request, form)
            if intakes:
                one = len(intakes) == 1
                address = page_of(intakes[0]) if one else reverse("admin:archive_intake_changelist")
                return HttpResponseRedirect(address)
        context = self.context(request, _("Add from a file or an address"), form=form)
        return TemplateResponse(request, "admin/archive/intake_add.html", context)

    def begin(self, request, form: BringForm) -> list[Intake]:
        """Take all of it in; what was taken in before is said. [] where an address is refused."""
        intakes, former = [], []
        work = [(begin_file, file, "files") for file in form.cleaned_data["files"]]
        work += [
            (begin_address, address, "addresses") for address in form.cleaned_data["addresses"]
        ]
        for begin, source, field in work:
            try:
                begun = self.begin_one(begin, source, request.user)
            except Refused as refusal:
                form.add_error(field, str(refusal))
                continue
            intakes.append(begun.intake)
            if not begun.is_new:
                former.append(begun.intake)
        for intake in former:
            messages.warning(request, _("“%(name)s” was taken in before.") % {"name": intake})
        count = len(intakes) - len(former)
        if count and len(intakes) > 1:
            text = ngettext("%(count)d is being taken in.", "%(count)d are being taken in.", count)
            messages.success(request, text % {"count": count})
        return [] if form.errors else intakes

    @transaction.atomic
    def begin_one(self, begin, source, user) -> Begun:
        begun = begin(source, by=user)
        work_at(begun.intake)
        return begun

    # The list

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Intake.objects.select_related("by", "document").defer("text")
        recognised = Count("suggestions", filter=Q(suggestions__answer=Suggestion.Answer.OPEN))
        lists = [
            (_("Under way"), rows.filter(stage__in=WORKING).order_by("pk"), LISTED),
            (
                _("Ready to be looked through"),
                rows.filter(stage=Stage.READY).annotate(open=recognised),
                LISTED,
            ),
            (_("Failed"), rows.filter(stage=Stage.FAILED), LISTED),
            (
                _("Finished lately"),
                rows.filter(stage__in=(Stage.DONE, Stage.DROPPED)).order_by("-updated_at"),
                FINISHED,
            ),
        ]
        found = [self.listed(*one) for one in lists]
        context = self.context(
            request,
            _("Being taken in"),
            lists=[listed for listed in found if listed["count"]],
            under_way=found[0]["count"],
            is_neglected=is_neglected(),
            can_add=self.has_add_permission(request),
        )
        return TemplateResponse(request, "admin/archive/intake_list.html", context)

    def listed(self, title, intakes, most: int) -> dict:
        count = intakes.count()
        return {
            "title": title,
            "count": count,
            "more": most == LISTED and count > most,
            "rows": [self.standing(intake) for intake in intakes[:most]],
        }

    def standing(self, intake: Intake) -> dict:
        """How far it has come."""
        is_working = intake.stage in WORKING
        return {
            "intake": intake,
            "title": review.title_of(intake),
            "name": str(intake),
            "address": page_of(intake.document) if intake.document else page_of(intake),
            "is_working": is_working,
            "done": WORKING.index(intake.stage) if is_working else len(WORKING),
            "of": len(WORKING),
            "problem": sentence(intake.problem),
            "open": getattr(intake, "open", None),
            "day": day_in_words(intake.created_at),
        }

    # One intake

    def change_view(self, request, object_id, form_url="", extra_context=None):
        intake = self.get_object(request, unquote(object_id))
        if intake is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, intake):
            raise PermissionDenied
        if request.method == "POST":
            return self.act(request, intake)
        if intake.stage == Stage.READY:
            return self.asked(request, intake, review.draft_form(self.admin_site, request, intake))
        if intake.stage == Stage.DONE and intake.document:
            return HttpResponseRedirect(page_of(intake.document))
        context = self.context(
            request,
            review.title_of(intake),
            standing=self.standing(intake),
            by_hand=intake.original and intake.problem.get("code") in READABLE_BY_HAND,
            stages=Stage,
            is_neglected=intake.stage in WORKING and is_neglected(),
        )
        return TemplateResponse(request, "admin/archive/intake_progress.html", context)

    def asked(self, request, intake, form, problems=()) -> TemplateResponse:
        """The page of an intake that is ready. problems: what stands in the way of what was asked."""
        context = self.context(
            request,
            review.title_of(intake),
            intake=intake,
            form=form,
            adminform=review.in_fieldsets(self.admin_site, form),
            problems=problems,
            remark=sentence(intake.problem),
            likenesses=review.likenesses(intake),
            groups=(groups := review.groups(intake)),
            unanswered=sum(group.open for group in groups),
            paragraphs=review.text_of(intake),
            language=review.language_of(intake),
            beginning=intake.text[: review.GLANCE],
            seen=review.seen(intake),
        )
        context["media"] += self.admin_site.get_model_admin(Document).media + form.media
        return TemplateResponse(request, "admin/archive/intake.html", context)

    def act(self, request, intake: Intake):
        """What a button of an intake does. What was entered is stored before anything else."""
        if not self.has_change_permission(request, intake):
            raise PermissionDenied
        data = request.POST
        here = page_of(intake)
        kept = review.keep(intake, data, request.user)
        if kept and kept.answered:
            self.message_user(
                request,
                _("Somebody else had meanwhile answered otherwise; your answer stands: %(titles)s.")
                % {"titles": ", ".join(kept.answered)},
                messages.WARNING,
            )
        if "_retry" in data:
            with transaction.atomic():
                work_at(retry(intake))
        elif "_by_hand" in data:
            describe_by_hand(intake)
        elif "_drop" in data and drop(intake).stage == Stage.DROPPED:
            self.message_user(request, _("“%(name)s” is set aside.") % {"name": intake})
            here = reverse("admin:archive_intake_changelist")
        elif not kept:
            self.message_user(
                request,
                _("This was made into a document, or set aside, in the meantime."),
                messages.WARNING,
            )
        elif kept.typed:
            form = review.draft_form(self.admin_site, request, intake, typed=kept.typed)
            return self.asked(request, intake, form, kept.told)
        elif "_same" in data:
            return self.same(request, intake, data["_same"])
        elif "_accept" in data:
            group = intake.suggestions.filter(target=data["_accept"])
            review.answer_all(
                group.filter(answer=Suggestion.Answer.OPEN),
                Suggestion.Answer.ACCEPTED,
                request.user,
            )
            here += f"#kind-{data['_accept']}" if group else ""
        elif "_make" in data:
            return self.make(request, intake)
        else:
            self.message_user(request, _("Stored. You can go on at any time."))
        return HttpResponseRedirect(here)

    def same(self, request, intake: Intake, name: str):
        """It is what the archive has already: set aside, and that is opened."""
        like = next((one for one in review.likenesses(intake) if one.name == name), None)
        if like is None:
            return HttpResponseRedirect(page_of(intake))
        drop(intake, document=like.document)
        self.message_user(
            request, _("“%(name)s” is set aside: the archive has it.") % {"name": intake}
        )
        return HttpResponseRedirect(like.address)

    def make(self, request, intake: Intake):
        if not request.user.has_perm("archive.add_document"):
            raise PermissionDenied
        form = review.draft_form(self.admin_site, request, intake, review.seen(intake))
        problems = self.unsaid(intake)
        if not form.is_valid() or problems or not review.is_titled(form.instance):
            if form.is_valid() and not review.is_titled(form.instance):
                form.add_error("original_title", _("Write a title."))
            return self.asked(request, intake, form, problems)
        document = form.save(commit=False)
        reprints = [one for one in review.likenesses(intake) if one.answer == review.REPRINT]
        document.reprint_of = reprints[0].document if reprints else None
        try:
            made = make_document(intake, document, by=request.user)
        except NotReady as error:
            self.message_user(request, " ".join(error.messages), messages.WARNING)
            return HttpResponseRedirect(page_of(intake))
        self.message_user(
            request,
            _(
                "The draft is made, with its original attached. Links: %(links)d. "
                "Draft claims: %(claims)d."
            )
            % {"links": made.links, "claims": len(made.claims)},
            messages.SUCCESS,
        )
        if made.claims:
            address = reverse("admin:archive_claim_changelist")
            numbers = ",".join(map(str, made.claims))
            link = format_html(
                '<a href="{}?id__in={}">{}</a>', address, numbers, _("Draft claims from this text")
            )
            self.message_user(request, link)
        return HttpResponseRedirect(page_of(made.document))

    def unsaid(self, intake: Intake) -> list[str]:
        """What is still to be said of the likenesses."""
        found = review.likenesses(intake)
        problems = [
            _("Say of “%(title)s” whether it is the same, a reprint, or something different.")
            % {"title": shortened(one.title)}
            for one in found
            if not one.answer
        ]
        if sum(one.answer == review.REPRINT for one in found) > 1:
            problems.append(_("It can be a reprint of one document only: choose the earliest."))
        return problems

    def answer(self, request, pk):
        """One answer, stored as soon as it is given."""
        if request.method != "POST" or not self.has_change_permission(request):
            raise PermissionDenied
        answer, number = request.POST.get("answer"), request.POST.get("suggestion", "")
        if answer not in Suggestion.Answer.values or not number.isdecimal():
            return HttpResponseBadRequest()
        asked = Suggestion.objects.filter(pk=number, intake=pk, intake__stage=Stage.READY)
        if seen := request.POST.get("seen"):
            # Who answers what somebody else has just answered otherwise is told on saving.
            asked = asked.filter(answer__in=[seen, answer])
        answered = review.answer_all(asked, answer, request.user)
        return HttpResponse(status=204 if answered else 409)

    def original(self, request, pk):
        """The original as it came. Always to be saved, never shown."""
        intake = get_object_or_404(Intake.objects.exclude(original=""), pk=pk)
        if not self.has_view_permission(request, intake):
            raise PermissionDenied
        try:
            original = intake.original.open("rb")
        except FileNotFoundError:
            self.message_user(request, _("This file is missing"), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:archive_intake_changelist"))
        answer = FileResponse(
            original,
            as_attachment=True,
            filename=intake.name or None,
            content_type="application/octet-stream",
        )
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return answer
