"""Every kind of page, by an address of the demonstration that shows it at its fullest."""

from hashlib import sha256

LISTS = (
    "documents/",
    "cases/",
    "incidents/",
    "claims/",
    "organisations/",
    "people/",
    "places/",
    "search/?q=35746/11",
    "documents/?page=2",
    "documents/?q=zzzzzz&kind=report",
    "incidents/?side=armenian&from=2020&sort=oldest",
    "search/?q=ЕСПЧ&type=documents",
    "search/?q=a AND (b",
    "search/options/organisation/?type=documents&organisation=ecthr",
)
RECORDS = (
    "documents/armradio-2022-hrd-statement/",
    "documents/amnesty-2021-line-of-fire/",
    "cases/saribekyan-balyan-v-azerbaijan/",
    "cases/icj-180-armenia-v-azerbaijan/",
    "incidents/pow-execution-video-2022/",
    "incidents/war-2020-hostilities/",
    "claims/ext-01/",
    "claims/bm-01/",
    "organisations/ecthr/",
    "organisations/azerbaijan-pgo/",
    "people/kristinne-grigoryan/",
    "places/shusha/",
)
OTHERS = ("", "about/", "about/methodology/", "about/corrections/", "search/help/")
# Answers that are not 200: nothing here, and withdrawn.
ERRORS = ("documents/no-such-record/", "documents/invented-withdrawn-document/")
# A file that the browser tests add, behind its warning: its document and its content.
FILE_OF, FILE_CONTENT = "amnesty-2021-line-of-fire", b"What the file of a browser test says."
FILE = f"documents/{FILE_OF}/files/{sha256(FILE_CONTENT).hexdigest()}/"

PUBLIC = (*OTHERS, *LISTS, *RECORDS, FILE)
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
# Kinds of record whose form and history are looked at, with one of each.
FORMS = {
    "document": "amnesty-2021-line-of-fire",
    "claim": "bm-01",
    "legalcase": "icj-180-armenia-v-azerbaijan",
    "incident": "pow-execution-video-2022",
    "organisation": "ecthr",
    "person": "kristinne-grigoryan",
    "place": "shusha",
}
