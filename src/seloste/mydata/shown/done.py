"""What is said after a deed."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from seloste.kernel.refusals import Words

_DONE: Mapping[str, Words] = {
    "korjattu": _("Corrected. Below you see how it stands now."),
    "selvitys": _("Thank you. Your statement is with your data."),
    "annettu": _("Thank you. You have given your consent."),
    "peruttu": _("Done. You have withdrawn your consent."),
    "kielletty": _("Done. We send you no marketing at all."),
    "sallittu": _("You have lifted your ban on marketing. No consent follows from it."),
    "rajoitettu": _("Done. Until further notice we only keep your data."),
    "vastustettu": _("We have your objection. Until it is settled, we only keep your data."),
    "pyydetty": _("We have your request. An employee looks at it; you see below how it stands."),
    "poisto": _("Your erasure is planned. You can stop it below until it begins."),
    "pysaytetty": _("The erasure was stopped. Everything is as it was."),
}


def words(what: str) -> Words:
    """Return what is said after the deed; nothing for what no deed says."""
    return _DONE.get(what, "")
