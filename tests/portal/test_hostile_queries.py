"""Whatever stands in a search field: an answer within a second, never an error."""

import time
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.search import Question, ask, corrected, suggest

pytestmark = pytest.mark.usefixtures("live_archive")

LISTS = ["documents", "cases", "incidents", "claims", "organisations", "people", "places"]
EVERYWHERE = ["/en/search/", "/ru/search/", "/en/search/suggest/", "/ru/search/suggest/"]
EVERYWHERE += ["/api/v1/search/"]
ADDRESSES = EVERYWHERE + [f"/{code}/{name}/" for code in ("en", "ru") for name in LISTS]
SECONDS = 1.0

HOSTILE = {
    "one quotation mark": '"',
    "many quotation marks": '"' * 2000,
    "quotation marks of every kind": "“ ” „ « » ‹ › ' ` ″",
    "an empty phrase": '"" "" ""',
    "a phrase of signs": '"? ! …"',
    "NEAR": 'NEAR("a b", 5) NEAR/3 b',
    "operators": "AND OR NOT && || ! ^ ~5 video^2 {a TO b} [a TO b] +video",
    "operators only": "OR OR OR AND NOT",
    "FTS5": 'video:{title body}: * ^ "video" + "video" NOT video',
    "tsquery": "video & !video | (video:*) <-> video \\ '",
    "NUL": "vid\x00eo \x00",
    "control characters": "".join(map(chr, range(1, 32))) + "video\x7f\x85",
    "a lone high surrogate": "video \ud83d",
    "a lone low surrogate": "\udc00 video",
    "surrogates in a phrase": '"\ud800 video" \udfff*',
    "emoji": "🕊️ 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "right-to-left marks": "\u202evideo\u202c \u200f\u200eBarda\u2066 \u2069",
    "invisible": "\u200b\ufeff\u00ad\u2060\u180e",
    "soft hyphens": "vi\u00adde\u00ado",
    "combining": "v" + "\u0301" * 5000 + "ideo",
    "many marks on one letter": "\u0300" * 300,
    "a megabyte": "video " * 180_000,
    "a megabyte without a space": "v" * 1_000_000,
    "a long word": "военнопленный" * 25,
    "a long number": "1" * 399,
    "parentheses": "(" * 10_000 + "video" + ")" * 10_000,
    "closing parentheses": ")" * 390,
    "nested as deep as is read": "(" * 195 + "a" + ")" * 195,
    "thousands of OR": " OR ".join(f"word{n}" for n in range(4000)),
    "OR of frequent beginnings": " OR ".join(["в*", "a*", "pr*", "по*"] * 20),
    "minus": "-" * 390,
    "minus alone": "-video",
    "minus of minus": "--video -(-video) -OR -()",
    "asterisks": "* ** *a a* *a* a** " * 20,
    "short prefixes": "а* б* в* a* b* c* 1* 2*",
    "fields of nothing": "title: author:: :title title:* title:( title:- place:",
    "field in field": "title:title:title:place:video",
    "a field of everything": "place:(a* OR b* OR v*) speaker:(a* OR b*) case:(1* OR 2*)",
    "regular expression": "^(a+)+$ [[:alpha:]] (?P<x>.*) \\d{1,99999} (a|a)*b .*",
    "catastrophe": "(x+x+)+y" * 40,
    "SQL": "'; DROP TABLE archive_document; -- ' OR 1=1 /* */ %s %(a)s ?1 :a $1",
    "LIKE": "%_% \\% _____",
    "format": "{0} {a.b} %d %n ${x} {{ 7*7 }} {% now %}",
    "HTML": "<script>alert(1)</script> <b onmouseover='x'> &lt; &amp;#x3c;",
    "a path": "../../etc/passwd C:\\nul file:///",
    "numbers": "1/0 00000/00 -1 1e999 NaN inf 0x7f 9999999999999999999999",
    "numbers of cases": "35746/11 " * 40,
    "turned about": "i̇İıI ŉ ß ẞ ﬁ ǅ K Ω Å ﷺ",
    "scripts": "视频 ビデオ 비디오 שלום فيديو वीडियो วิดีโอ",
    "digits of other scripts": "٣٥٧٤٦/١١ ３５７４６／１１ ²⁰²⁰ Ⅻ ½",
    "names, many": "Шуша Barda Gəncə Ստեփանակերտ ЕСПЧ ECHR Aliyev Алиев " * 6,
    "common words": "the of and in a и в на не " * 20,
}  # fmt: skip


def address(base: str, query: str, **more) -> str:
    """Also of what no browser would send: a lone surrogate as its three bytes."""
    typed = quote(query.encode("utf-8", "surrogatepass"))
    return f"{base}?q={typed}&{urlencode(more)}"


def is_answered(base: str, query: str, **more) -> bool:
    started = time.perf_counter()
    response = Client().get(address(base, query, **more))
    seconds = time.perf_counter() - started
    assert response.status_code == 200
    assert seconds < SECONDS, f"{seconds:.2f} s"
    return True


@pytest.fixture(scope="module", autouse=True)
def warm(_loaded_archive, django_db_blocker):
    """Dictionaries and templates are read before the clock runs."""
    with django_db_blocker.unblock():
        for base in ADDRESSES:
            Client().get(address(base, "video видео"))


@pytest.mark.parametrize(("number", "name"), [*enumerate(HOSTILE)])
def test_no_query_is_an_error_or_takes_a_second(number, name):
    """Every list has its turn, and every query two of them."""
    lists = ADDRESSES[len(EVERYWHERE) :]
    for base in (*EVERYWHERE, lists[number % len(lists)], lists[(number + 5) % len(lists)]):
        assert is_answered(base, HOSTILE[name])


@pytest.mark.parametrize("name", HOSTILE)
def test_the_engine_takes_any_text(name):
    text = HOSTILE[name]
    for question in (Question(text=text), Question(text=text, order="name", language="ru")):
        started = time.perf_counter()
        answer = ask(question)
        assert len(answer.page(0, 20)) <= answer.total
        answer.counts("type"), answer.counts("place"), answer.years(), answer.notices
        corrected(answer), suggest(text)
        assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize("parameter", ["place", "kind", "type", "side", "sort", "page", "from"])
def test_hostile_values_of_other_parameters_are_no_error(parameter):
    for name in ("NUL", "SQL", "a lone high surrogate", "numbers", "HTML", "a long number"):
        for base in ("/en/search/", "/ru/documents/", "/en/claims/", "/api/v1/search/"):
            typed = quote(HOSTILE[name].encode("utf-8", "surrogatepass"))
            response = Client().get(f"{base}?q=video&{parameter}={typed}")
            assert response.status_code in (200, 404), (name, base)


def test_what_is_typed_is_never_markup():
    for base in ADDRESSES:
        page = Client().get(address(base, HOSTILE["HTML"])).content
        assert b"<script>alert" not in page and b"<b onmouseover" not in page


def test_bytes_that_are_no_text_are_no_error():
    for base in ADDRESSES:
        for raw in ("%ff%fe", "%c3", "%00", "%ed%a0%80", "%f0%9f", "%", "%u0041"):
            assert Client().get(f"{base}?q={raw}").status_code == 200


SIGNS = st.sampled_from("\"«»()*-:|&!\\/'%_;,.?+^~[]{}<>№#@…\x00\u200f\u0301\ud800")
PIECES = st.one_of(
    st.text(max_size=20),
    SIGNS,
    st.sampled_from(["OR", "ИЛИ", "title:", "место:", "Barda", "Шуша", "35746/11", "video*", "-a"]),
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.lists(PIECES, max_size=30).flatmap(
        lambda some: st.sampled_from(["", " "]).map(lambda by: by.join(some))
    ),
    base=st.sampled_from(ADDRESSES),
)
def test_whatever_is_typed_there_is_an_answer(query, base):
    assert is_answered(base, query)
