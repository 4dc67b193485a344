"""Every kind of page, by an address of the demonstration that shows it at its fullest."""

LISTS = (
    "documents/",
    "cases/",
    "incidents/",
    "claims/",
    "organisations/",
    "people/",
    "places/",
    "search/?q=35746/11",
    "documents/?q=zzzzzz&kind=report",
    "incidents/?side=armenian&from=2020&sort=oldest",
)
RECORDS = (
    "documents/armradio-2022-hrd-statement/",
    "documents/amnesty-2021-line-of-fire/",
    "cases/saribekyan-balyan-v-azerbaijan/",
    "cases/icj-180-armenia-v-azerbaijan/",
    "incidents/pow-execution-video-2022/",
    "incidents/war-2020-hostilities/",
    "organisations/ecthr/",
    "organisations/azerbaijan-pgo/",
    "people/kristinne-grigoryan/",
    "places/shusha/",
)
OTHERS = ("", "about/", "about/methodology/", "about/corrections/")
# Answers that are not 200: nothing here, and withdrawn.
ERRORS = ("documents/no-such-record/", "documents/invented-withdrawn-document/")

PUBLIC = (*OTHERS, *LISTS, *RECORDS)
LANGUAGES = ("en", "ru")

ADMIN = (
    "/admin/",
    "/admin/archive/document/",
    "/admin/archive/document/add/",
    "/admin/archive/claim/",
    "/admin/archive/claim/add/",
    "/admin/archive/legalcase/",
    "/admin/archive/legalcase/add/",
    "/admin/archive/incident/add/",
    "/admin/archive/organisation/add/",
    "/admin/archive/person/add/",
    "/admin/archive/place/add/",
    "/admin/archive/violationtype/",
)
