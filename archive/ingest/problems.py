"""What can go wrong while something is taken in, kept as a code and its values, so that every
reader is told in their own language."""

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class Refused(Exception):
    """What was brought cannot be taken in, or not so. `values` are what JSON can hold."""

    def __init__(self, code: str, **values):
        super().__init__(code, values)
        self.code, self.values = code, values

    @property
    def problem(self) -> dict:
        """As `Intake.problem` keeps it."""
        return {"code": self.code, **self.values}

    def __str__(self):
        return sentence(self.problem)


# code → sentence; what stands in %(…)s are the values of the problem.
SENTENCES = {
    # Addresses
    "address_malformed": gettext_lazy("This is not an address of a page: %(address)s"),
    "address_scheme": gettext_lazy("Only addresses that begin with http:// or https:// are taken."),
    "address_user": gettext_lazy("The address holds a user name or a password; leave them out."),
    "address_port": gettext_lazy("The address names an unusual port (%(port)s)."),
    "address_number": gettext_lazy(
        "The host of the address is a number written in an unusual way: %(host)s"
    ),
    "address_unknown": gettext_lazy("There is no such host: %(host)s"),
    "address_inside": gettext_lazy(
        "%(host)s leads into a private or special network, not to a public site."
    ),
    "redirects_too_many": gettext_lazy("The address sends on from one page to the next too often."),
    "unreachable": gettext_lazy("%(host)s could not be reached."),
    "certificate": gettext_lazy("The certificate of %(host)s is not valid."),
    "too_slow": gettext_lazy("%(host)s took too long to answer."),
    "answer": gettext_lazy("%(host)s answered with error %(status)s."),
    "garbled": gettext_lazy("The answer of %(host)s could not be read."),
    # Files
    "file_empty": gettext_lazy("The file is empty."),
    "file_kind": gettext_lazy(
        "The archive does not keep files of this kind, or the ending of the name does not fit the "
        "content."
    ),
    "file_damaged": gettext_lazy(
        "The file could not be read: it is locked or damaged, or it is built so as to break "
        "its reader."
    ),
    "no_words": gettext_lazy("There are no words to be read in this file."),
    "no_recogniser": gettext_lazy(
        "The file is a picture or a scan. Reading the words in it needs the program Tesseract, "
        "which is not installed here; describe the document by hand."
    ),
    # The work itself
    "unexpected": gettext_lazy(
        "Something went wrong here that should not have; whoever looks after the server finds it "
        "in the log. Try again, or describe the document by hand."
    ),
    "stopped": gettext_lazy(
        "The program that reads the files stopped at this one again and again. Describe the "
        "document by hand."
    ),
}


def _too_large(values: dict) -> str:
    return _("It is larger than %(limit)s.") % {"limit": filesizeformat(values["limit"])}


def _swollen(values: dict) -> str:
    return _("The file would be larger than %(limit)s when unpacked.") % {
        "limit": filesizeformat(values["limit"])
    }


def _slow_file(values: dict) -> str:
    return ngettext(
        "Reading the file took more than %(seconds)s second.",
        "Reading the file took more than %(seconds)s seconds.",
        values["seconds"],
    ) % {"seconds": values["seconds"]}


# code → what says it, where a value is to be put into words first.
SAID_BY = {"too_large": _too_large, "file_swollen": _swollen, "file_slow": _slow_file}


def sentence(problem: dict) -> str:
    """What a reader is told, in the active language; "" where there is no problem."""
    if not problem:
        return ""
    code = problem["code"]
    if code in SAID_BY:
        return SAID_BY[code](problem)
    return SENTENCES[code] % problem
