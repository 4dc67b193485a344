"""What the verbs of claims mean, as the methodology page defines them."""

from django.utils.translation import gettext_lazy as _

from archive.models import ClaimKind

CLAIM_DEFINITIONS = {
    ClaimKind.ALLEGES: _("Says that something happened, or that someone is responsible for it."),
    ClaimKind.DENIES: _("Says that it did not happen, or that its own side is not responsible."),
    ClaimKind.REJECTS: _("Refuses an accusation, a reading of events or a decision as unfounded."),
    ClaimKind.CONFIRMS: _("Says that what someone else has said is so."),
    ClaimKind.VERIFIES: _(
        "Says that it examined the material itself, usually footage; the method is given with it."
    ),
    ClaimKind.CONCLUDES: _(
        "Draws a conclusion from its own inquiry. Used for bodies that are neither courts nor "
        "United Nations bodies."
    ),
    ClaimKind.FINDS: _("Establishes a fact or a violation. Courts and United Nations bodies only."),
    ClaimKind.DECIDES: _(
        "Orders, refuses or rules on a step of the proceedings. Courts and United Nations bodies "
        "only."
    ),
    ClaimKind.REPORTS: _("Passes on information without making it a conclusion of its own."),
    ClaimKind.REPORTS_FIGURE: _(
        "States a number. It is always shown with who gave it, when, and what was counted."
    ),
    ClaimKind.ANNOUNCES_INVESTIGATION: _("Says that it is investigating or has opened a case."),
    ClaimKind.ANNOUNCES_ACTION: _("Says what it has done or will do, other than investigate."),
    ClaimKind.CALLS_FOR_INVESTIGATION: _("Asks others to investigate."),
    ClaimKind.CALLS_FOR_ACCOUNTABILITY: _("Asks that those responsible answer for it."),
    ClaimKind.CALLS_FOR_ACTION: _("Asks others to do, or to stop doing, something else."),
    ClaimKind.CONDEMNS: _("Expresses condemnation; the facts are taken as given."),
    ClaimKind.COMMENTS: _("Expresses a view without asserting a fact."),
    ClaimKind.STATES_LAW: _("Recalls what the law requires, without applying it to one event."),
}
