"""Where an address may lead, and what is taken from there. The servers are real, on this machine;
nothing else lets an address lead here."""

import gzip
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from archive.ingest import fetching
from archive.ingest.fetching import checked, fetch, is_public
from archive.ingest.problems import Refused

PAGE = b"<!DOCTYPE html><html><title>News</title><body><p>Words</p></body></html>"


def pem(name, content):
    return f"-----BEGIN {name}-----\n{content}\n-----END {name}-----\n"


# Of site.example, from 2020 to 2120, vouched for by itself.
KEY = pem(
    "PRIVATE KEY",
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMhpHj7qCwg4jKASr\n"
    "T17450OxgMcUs8LiSVYsJh6W4EKhRANCAAR1GIecg5B8NzVIJtLQX3x0YOUw46G/\n"
    "f0T8I9jqv83Oiyx9bt8UUhtHzHqg49bHvzVXam7ysGxdcfO5D+oQyS7x",
)
CERTIFICATE = pem(
    "CERTIFICATE",
    "MIIBajCCARCgAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxzaXRlLmV4\n"
    "YW1wbGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNV\n"
    "BAMMDHNpdGUuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHUYh5yD\n"
    "kHw3NUgm0tBffHRg5TDjob9/RPwj2Oq/zc6LLH1u3xRSG0fMeqDj1se/NVdqbvKw\n"
    "bF1x87kP6hDJLvGjSzBJMA8GA1UdEwEB/wQFMAMBAf8wFwYDVR0RBBAwDoIMc2l0\n"
    "ZS5leGFtcGxlMB0GA1UdDgQWBBRKQfjTMkYgz0WtwElCg/evymodCzAKBggqhkjO\n"
    "PQQDAgNIADBFAiBgyrd6ouzTTsb688bWQkrddKlUlwdhFyKnPsNKu2WQngIhAP0W\n"
    "FGnFxmyKe08t0odBbKMD+1NSBZAdGqPgX6FG8M52",
)


class Site(BaseHTTPRequestHandler):
    """Answers with what its server holds under a path: (status, headers, body) or a function."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"]))
        answer = self.server.pages.get(self.path.partition("?")[0], (404, {}, b""))
        if callable(answer):
            return answer(self)
        status, headers, body = answer
        self.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            if value is not None:
                self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *message):
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Those who are cut off say nothing."""


@pytest.fixture
def serve(settings):
    """serve({path: answer}) → a server; `settings` lets its address be fetched."""
    servers = []

    def start(pages, *, number="127.0.0.1", port=0, trusted=True, certificate=None):
        server = Quiet((number, port), Site)
        server.pages, server.asked = pages, []
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        server.place = f"{number}:{server.server_address[1]}"
        server.root = f"http://{server.place}"
        if trusted:
            settings.FETCH_ALSO = [*getattr(settings, "FETCH_ALSO", []), server.place]
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def names(monkeypatch):
    """{host: [its addresses]}; a list of lists is answered one after the other. Nothing else is
    asked of the network."""
    known = {}

    def resolve(host, port, *_hints, **_more_hints):
        if host not in known:
            return ASK(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        answer = known[host]
        if answer and isinstance(answer[0], list):
            answer = answer.pop(0)
        return [(0, 0, 0, "", (number, port)) for number in answer]

    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve)
    return known


ASK = socket.getaddrinfo

# Addresses that are refused without a connection

REFUSED = {
    # not addresses, or not of pages
    "": "scheme",
    "example.org": "scheme",
    "ftp://example.org/": "scheme",
    "file:///etc/passwd": "scheme",
    "gopher://example.org:70/": "scheme",
    "javascript:alert(1)": "scheme",
    "data:text/html,<p>a</p>": "scheme",
    "http://": "malformed",
    "http:///etc/passwd": "malformed",
    "http://./": "malformed",
    "http://[::1": "malformed",
    "http://exa mple.org/": "malformed",
    "http://example.org\\@127.0.0.1/": "malformed",
    "http://example.org/a\r\nHost: inside": "malformed",
    "http://example.org/a\x00": "malformed",
    "http://example.org:99999/": "malformed",
    "http://example.org/" + "a" * 2000: "malformed",
    # users and ports
    "http://user@example.org/": "user",
    "http://user:secret@example.org/": "user",
    "http://example.org@127.0.0.1/": "user",
    "http://example.org:22/": "port",
    "http://example.org:443/": "port",
    "https://example.org:80/": "port",
    "http://example.org:8000/": "port",
    "http://127.0.0.1:6379/": "port",
    # numbers in disguise, whatever they lead to
    "http://2130706433/": "number",
    "http://134744072/": "number",
    "http://0x7f000001/": "number",
    "http://0x7f.0.0.1/": "number",
    "http://0177.0.0.1/": "number",
    "http://127.1/": "number",
    "http://127.0.1/": "number",
    "http://0/": "number",
    "http://127.0.0.1.1/": "number",
    "http://1.2.3.0x4/": "number",
    "http://127.0.0.01/": "number",
    "http://①②⑦.⓪.⓪.①/": "malformed",
    "http://１２７.0.0.1/": "malformed",
    "http://127。0。0。1/": "malformed",
    # inside
    "http://127.0.0.1/": "inside",
    "http://127.0.0.1./": "inside",
    "http://127.255.255.254/": "inside",
    "http://0.0.0.0/": "inside",
    "http://10.0.0.1/": "inside",
    "http://172.16.0.1/": "inside",
    "http://192.168.1.1/": "inside",
    "http://100.64.0.1/": "inside",
    "http://169.254.169.254/latest/meta-data/": "inside",
    "http://192.0.0.1/": "inside",
    "http://192.0.2.1/": "inside",
    "http://192.88.99.1/": "inside",
    "http://198.18.0.1/": "inside",
    "http://224.0.0.1/": "inside",
    "http://239.255.255.250/": "inside",
    "http://240.0.0.1/": "inside",
    "http://255.255.255.255/": "inside",
    "http://[::]/": "inside",
    "http://[::1]/": "inside",
    "http://[::127.0.0.1]/": "inside",
    "http://[::ffff:127.0.0.1]/": "inside",
    "http://[::ffff:8.8.8.8]/": "inside",
    "http://[64:ff9b::7f00:1]/": "inside",
    "http://[64:ff9b::808:808]/": "inside",
    "http://[64:ff9b:1::a00:1]/": "inside",
    "http://[2002:7f00:1::]/": "inside",
    "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/": "inside",
    "http://[2001:db8::1]/": "inside",
    "http://[3fff::1]/": "inside",
    "http://[fc00::1]/": "inside",
    "http://[fd12:3456::1]/": "inside",
    "http://[fe80::1]/": "inside",
    "http://[fec0::1]/": "inside",
    "http://[ff02::1]/": "inside",
}
SAID = {
    "scheme": "Only addresses that begin with",
    "malformed": "This is not an address of a page",
    "user": "a user name or a password",
    "port": "an unusual port",
    "number": "a number written in an unusual way",
    "inside": "a private or special network",
    "unknown": "There is no such host",
}


@pytest.mark.parametrize(("address", "why"), REFUSED.items(), ids=lambda text: ascii(text)[:60])
def test_an_address_that_leads_anywhere_else_is_refused(names, address, why):
    with pytest.raises(Refused) as refused:
        fetch(address)
    assert refused.value.code == f"address_{why}"
    assert SAID[why] in str(refused.value)


NAMED = {
    "a name of this machine": ["127.0.0.1"],
    "a name of the neighbourhood": ["192.168.0.1"],
    "one address inside among public ones": ["93.184.216.34", "10.0.0.1"],
    "a cloud's own address": ["169.254.169.254"],
    "IPv6 of this machine": ["::1"],
    "an address of IPv4 in one of IPv6": ["::ffff:127.0.0.1"],
    "NAT64": ["64:ff9b::a00:1"],
    "6to4": ["2002:a00:1::1"],
    "link-local with its zone": ["fe80::1%eth0"],
}


@pytest.mark.parametrize("numbers", NAMED.values(), ids=NAMED)
@pytest.mark.parametrize("host", ["site.example", "xn--e1afmkfd.example"])
def test_a_name_that_leads_inside_is_refused(names, host, numbers):
    names[host] = numbers
    with pytest.raises(Refused) as refused:
        fetch(f"https://{host}/")
    assert refused.value.problem == {"code": "address_inside", "host": host}


def test_a_name_that_is_not_known_is_refused(names):
    with pytest.raises(Refused, match="There is no such host: nowhere.invalid"):
        fetch("http://nowhere.invalid/")


@pytest.mark.parametrize("number", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00::1"])
def test_public_addresses_are_public(number):
    assert is_public(number)


def test_a_name_in_any_script_is_one_that_dns_knows(names):
    names["xn--e1afmkfd.xn--80akhbyknj4f"] = ["93.184.216.34"]
    target = checked("https://Пример.испытание/путь?q=ё", time.monotonic() + 5)
    assert target.name == "xn--e1afmkfd.xn--80akhbyknj4f"
    assert target.path == "/%D0%BF%D1%83%D1%82%D1%8C?q=%D1%91"


# What is taken


def test_a_page_is_fetched_as_it_is(serve):
    site = serve({"/news/story": (200, {"Content-Type": "text/html; charset=utf-8"}, PAGE)})
    fetched = fetch(f" {site.root}/news/story#part ")
    assert fetched.content == PAGE
    assert fetched.media_type == "text/html"
    assert fetched.name == "story.html"
    assert fetched.address == fetched.final_address == f"{site.root}/news/story#part"
    assert site.asked == [("/news/story", site.place)]


CALLED = {
    ("/report", "", "application/pdf", b"%PDF-1.7"): ("report.pdf", "application/pdf"),
    ("/", "", "text/html", PAGE): ("page.html", "text/html"),
    ("/story.php", "", "text/html", b"<p>Words"): ("story.php.html", "text/html"),
    ("/a.HTM", "", "text/html", PAGE): ("a.HTM", "text/html"),
    ("/a.pdf", "", "application/pdf", PAGE): ("a.pdf.html", "text/html"),
    ("/a", "", "text/plain", "Слова".encode()): ("a.txt", "text/plain"),
    ("/%D0%B0%2F..%2Fb", "", "text/plain", b"Words"): ("b.txt", "text/plain"),
    ("/a", 'attachment; filename="../../b c.txt"', "text/plain", b"Words"): (
        "b c.txt",
        "text/plain",
    ),
    ("/a", "attachment; filename*=UTF-8''%D0%B8%D1%81%D0%BA.txt", "text/plain", b"Words"): (
        "иск.txt",
        "text/plain",
    ),
}


@pytest.mark.parametrize(("given", "expected"), CALLED.items(), ids=lambda value: str(value[:3]))
def test_a_file_has_a_name_whose_ending_fits_its_content(serve, given, expected):
    path, disposition, media_type, body = given
    headers = {"Content-Type": media_type}
    if disposition:
        headers["Content-Disposition"] = disposition
    site = serve({path: (200, headers, body)})
    fetched = fetch(site.root + path)
    assert (fetched.name, fetched.media_type) == expected


def test_what_comes_packed_is_unpacked(serve):
    packed = gzip.compress(PAGE)
    site = serve({"/": (200, {"Content-Encoding": "gzip"}, packed)})
    assert fetch(site.root).content == PAGE


def test_redirects_are_followed(serve):
    site = serve(
        {
            "/1": (301, {"Location": "/2"}, b""),
            "/2": (302, {"Location": "3?q=1"}, b"moved"),
            "/3": (307, {"Location": "/путь".encode().decode("latin-1")}, b""),
            "/%D0%BF%D1%83%D1%82%D1%8C": (200, {}, PAGE),
        }
    )
    fetched = fetch(f"{site.root}/1")
    assert fetched.content == PAGE
    assert fetched.address == f"{site.root}/1"
    assert fetched.final_address == f"{site.root}/путь"


# What is not


@pytest.mark.parametrize(
    ("address", "why"),
    [
        pair
        for pair in REFUSED.items()
        # Some are relative there, and no header holds two lines.
        if pair[0].startswith(("http://", "file", "ftp"))
        and not pair[0].startswith("http:///")
        and pair[0] != "http://"
        and "\n" not in pair[0]
    ],
    ids=lambda text: ascii(text)[:60],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(serve, names, address, why):
    site = serve({"/": (302, {"Location": address.encode().decode("latin-1")}, b"")})
    with pytest.raises(Refused) as refused:
        fetch(site.root)
    assert refused.value.code == f"address_{why}"


def test_a_redirect_does_not_lead_to_another_server_of_this_machine(serve):
    inside = serve({"/": (200, {}, b"secret")}, trusted=False)
    site = serve({"/": (302, {"Location": inside.root}, b"")})
    with pytest.raises(Refused, match="unusual port"):
        fetch(site.root)
    assert inside.asked == []


def test_the_address_that_was_checked_is_the_one_gone_to(serve, names, monkeypatch):
    """A name that leads to a public site when it is checked, and inside a moment later."""
    public = serve({"/": (200, {}, PAGE)}, number="127.0.0.2", trusted=False)
    port = public.server_address[1]
    inside = serve({"/": (200, {}, b"secret")}, number="127.0.0.3", port=port, trusted=False)
    monkeypatch.setitem(fetching.PORTS, "http", port)
    monkeypatch.setattr(fetching, "is_public", lambda number: number == "127.0.0.2")
    names["site.example"] = [["127.0.0.2"], ["127.0.0.3"]]
    assert fetch("http://site.example/").content == PAGE
    assert public.asked == [("/", "site.example")]
    assert inside.asked == []
    with pytest.raises(Refused, match="private or special network"):
        fetch("http://site.example/")


def test_the_next_address_of_a_host_is_tried_when_one_does_not_answer(serve, names, monkeypatch):
    site = serve({"/": (200, {}, PAGE)}, number="127.0.0.2", trusted=False)
    monkeypatch.setitem(fetching.PORTS, "http", site.server_address[1])
    monkeypatch.setattr(fetching, "is_public", lambda number: True)
    names["site.example"] = ["127.0.0.4", "127.0.0.2"]
    assert fetch("http://site.example/").content == PAGE


def test_redirects_come_to_an_end(serve):
    site = serve({"/": (302, {"Location": "/"}, b"")})
    with pytest.raises(Refused, match="too often"):
        fetch(site.root)
    assert len(site.asked) == fetching.REDIRECTS + 1


@pytest.mark.parametrize("status", [204, 304, 403, 404, 410, 500])
def test_an_error_is_told_with_its_number(serve, status):
    site = serve({"/": (status, {"Content-Length": None}, b"")})
    with pytest.raises(Refused, match=rf"answered with error {status}\."):
        fetch(site.root)


def test_an_empty_answer_is_refused(serve):
    site = serve({"/": (200, {}, b"")})
    with pytest.raises(Refused, match="empty"):
        fetch(site.root)


def test_a_program_is_refused(serve):
    site = serve({"/": (200, {"Content-Type": "text/html"}, b"MZ\x90\0" + bytes(100))})
    with pytest.raises(Refused, match="does not keep files of this kind"):
        fetch(site.root)


def drip(handler):
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


def drip_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"a" * 65_536)


def no_http(handler):
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


def cut_short(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"a")


def silent(handler):
    time.sleep(3)


TOO_LARGE = {
    "said to be so": (200, {"Content-Length": 10**9}, b"a"),
    "without saying so": endless,
    "unpacked": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(10_000_000))),
    "unpacked twice": (
        200,
        {"Content-Encoding": "gzip, gzip"},
        gzip.compress(gzip.compress(bytes(100_000_000))),
    ),
}


@pytest.mark.parametrize("answer", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_is_too_large_is_refused(serve, settings, answer):
    settings.ATTACHMENT_MAX_BYTES = 1_000_000
    site = serve({"/": answer})
    with pytest.raises(Refused, match="larger than 976"):
        fetch(site.root)


@pytest.mark.parametrize("answer", [drip, drip_headers, silent])
def test_what_is_too_slow_is_cut_off(serve, monkeypatch, answer):
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    site = serve({"/": answer})
    begun = time.monotonic()
    with pytest.raises(Refused, match="took too long"):
        fetch(site.root)
    assert time.monotonic() - begun < 2.5, "not until it has all been dripped"


def test_a_name_that_nobody_answers_for_is_too_slow(monkeypatch):
    asked_long_enough = threading.Event()
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    monkeypatch.setattr(
        fetching.socket, "getaddrinfo", lambda *_asked, **_hints: asked_long_enough.wait(20)
    )
    begun = time.monotonic()
    with pytest.raises(Refused, match="slow.example took too long"):
        fetch("http://slow.example/")
    assert time.monotonic() - begun < 2.5
    asked_long_enough.set()


def test_redirects_share_one_time(serve, monkeypatch):
    monkeypatch.setattr(fetching, "SECONDS", 0.6)

    def slowly(handler):
        time.sleep(0.25)
        handler.send_response(302)
        handler.send_header("Location", "/")
        handler.end_headers()

    site = serve({"/": slowly})
    with pytest.raises(Refused, match="took too long"):
        fetch(site.root)


BROKEN = {
    "another protocol": (no_http, "could not be read"),
    "cut short": (cut_short, "could not be reached"),
    "not packed as it says": (
        (200, {"Content-Encoding": "gzip"}, b"not gzip at all"),
        "could not be read",
    ),
}


@pytest.mark.parametrize(("answer", "said"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_refused(serve, answer, said):
    site = serve({"/": answer})
    with pytest.raises(Refused, match=said):
        fetch(site.root)


def test_a_server_that_is_not_there_is_told(serve, settings):
    site = serve({})
    site.shutdown()
    site.server_close()
    with pytest.raises(Refused, match="could not be reached"):
        fetch(site.root)


# Certificates


@pytest.fixture
def secure(serve, names, monkeypatch, tmp_path):
    """A site over TLS with the certificate above, under two names."""
    (tmp_path / "both.pem").write_text(KEY + CERTIFICATE)
    site = serve({"/": (200, {}, PAGE)}, certificate=tmp_path / "both.pem", trusted=False)
    monkeypatch.setitem(fetching.PORTS, "https", site.server_address[1])
    monkeypatch.setattr(fetching, "is_public", lambda number: True)
    names["site.example"] = names["other.example"] = ["127.0.0.1"]
    return site


def test_a_certificate_that_nobody_vouches_for_is_refused(secure):
    with pytest.raises(Refused, match="The certificate of site.example is not valid"):
        fetch("https://site.example/")
    assert secure.asked == []


def test_a_certificate_is_of_the_name_that_was_asked_for(secure, monkeypatch, tmp_path):
    (tmp_path / "trusted.pem").write_text(CERTIFICATE)
    monkeypatch.setattr(fetching.certifi, "where", lambda: str(tmp_path / "trusted.pem"))
    assert fetch("https://site.example/").content == PAGE
    with pytest.raises(Refused, match="The certificate of other.example is not valid"):
        fetch("https://other.example/")
