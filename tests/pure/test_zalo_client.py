"""The client of Zalo against the sandbox, over real HTTP: what it sends, and how it fails."""

import pytest
import requests
from caredesk_zalo import zalo_client
from caredesk_zalo.zalo_client import bodies, error_table, limits

from zalo_sandbox import Server

from . import zalo


@pytest.fixture(scope="module")
def server():
    """A sandbox for all tests of this file."""
    with Server() as started:
        yield started


@pytest.fixture(autouse=True)
def _as_new(server):
    """Let each test begin with a customer who just spoke and nothing broken."""
    server.sandbox.faults.clear()
    server.world.switches.turn({"token_delay": 0.0, "oauth_error_number": True})
    zalo.open_window(server)


@pytest.fixture
def client(server):
    """A client of a connected account."""
    with zalo.connected(server) as connected:
        yield connected


def fail(server, path, kind, **values):
    """Let the next call to a path fail."""
    server.sandbox.faults.add(path=path, kind=kind, **values)


def test_text_arrives_and_gives_its_id(server, client):
    """What was sent stands in the conversation under the id we were given."""
    sent = client.messages.send(zalo.PERSON, bodies.text("Chào chị", quote_id="m0"))
    message = server.world.message(sent.message_id)
    assert message.body == {"text": "Chào chị", "quote_msg_id": "m0"}
    assert sent.sent_ms == message.sent_ms


def test_picture_and_file_are_uploaded_and_sent(server, client):
    """uploaded picture and file arrive as such, byte for byte."""
    picture = client.media.upload("image", "a.png", b"\x89PNG...", "image/png")
    file = client.media.upload("file", "giá.pdf", b"%PDF-1.4", "application/pdf")
    client.messages.send(zalo.PERSON, bodies.image(attachment_id=picture, caption="Ảnh"))
    client.messages.send(zalo.PERSON, bodies.file(file))
    image, document = server.world.messages[-2:]
    assert (image.kind, image.body["text"]) == ("image", "Ảnh")
    payload = document.body["attachments"][0]["payload"]
    assert payload["name"] == "giá.pdf"
    assert client.media.fetch(payload["url"]).content == b"%PDF-1.4"


def test_request_for_information_sticker_and_gif(server, client):
    """The other kinds are bodies Zalo takes."""
    gif = client.media.upload("gif", "a.gif", b"GIF89a", "image/gif")
    for body, kind in (
        (bodies.request_info("Cho biết", "địa chỉ", "https://example.com/a.png"), "list"),
        (bodies.sticker("c09965c25987b0d9e996"), "sticker"),
        (bodies.gif(gif, 10, 10), "gif"),
        (bodies.image(url="https://example.com/a.png"), "image"),
        (bodies.text("Chọn", buttons=[bodies.url_button("Xem", "https://example.com")]), "text"),
    ):
        client.messages.send(zalo.PERSON, body)
        assert server.world.messages[-1].kind == kind


def test_customer_is_known_tagged_and_read_back(server, client):
    """Profile, tags, list and history come in the shapes the code counts on."""
    assert client.users.detail(zalo.PERSON)["display_name"] == "Nguyễn Thị Hoa"
    client.users.tag(zalo.PERSON, "vip")
    assert client.users.tags() == ["vip"]
    assert list(client.users.ids(tag_name="vip")) == [zalo.PERSON]
    client.users.untag(zalo.PERSON, "vip")
    assert list(client.users.ids(tag_name="vip")) == []
    sent = client.messages.send(zalo.PERSON, bodies.text("mới nhất"))
    newest = client.users.conversation(zalo.PERSON)[0]
    assert (newest["src"], newest["message_id"]) == (0, sent.message_id)
    assert client.account.profile().oa_id == zalo.ACCOUNT
    spoke = server.world.person(zalo.ACCOUNT, zalo.PERSON).spoke_at
    assert client.account.last_interaction(zalo.PERSON) == int(spoke * 1000)


def test_template_by_customer_and_by_phone(server, client):
    """An approved template goes to a customer or a number; values are checked."""
    template = client.account.templates()[0]["templateId"]
    values = {"customer_name": "Hoa", "ticket": "T00001"}
    assert client.messages.send_template(zalo.PERSON, template, values).message_id
    sent = client.messages.send_template_by_phone(
        "84912345678", template, values, tracking_id="t-1"
    )
    assert client.account.delivery(sent.message_id, "84912345678") in (0, 1)
    with pytest.raises(zalo_client.ZaloRejected) as refused:
        client.messages.send_template_by_phone("84900000000", template, values, tracking_id="t")
    assert refused.value.code == -118
    with pytest.raises(zalo_client.ZaloRejected) as refused:
        client.messages.send_template(zalo.PERSON, template, {"customer_name": "Hoa"})
    assert refused.value.code == -1122


def test_window_of_seven_days(server, client):
    """After seven days of silence Zalo refuses, and trying again would not help."""
    server.world.person(zalo.ACCOUNT, zalo.PERSON).spoke_at -= 8 * 86400
    with pytest.raises(zalo_client.ZaloRejected) as refused:
        client.messages.send(zalo.PERSON, bodies.text("còn đó không?"))
    assert refused.value.code == -230


def test_expired_and_unknown_tokens_ask_for_a_refresh(server, client):
    """Z-3: both numbers of a token that does not count mean the same."""
    for token in server.world.access_tokens.values():
        token.until = 0
    with pytest.raises(zalo_client.ZaloAuthExpired) as expired:
        client.account.profile()
    assert expired.value.code == -220
    with (
        zalo_client.ZaloClient(zalo.options_for(server), "made-up") as stranger,
        pytest.raises(zalo_client.ZaloAuthExpired) as unknown,
    ):
        stranger.account.profile()
    assert unknown.value.code == -216


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limit", zalo_client.ZaloRetryable),
        ("html", zalo_client.ZaloUncertain),
        ("error_500", zalo_client.ZaloUncertain),
        ("drop", zalo_client.ZaloUncertain),
        ("drop_after", zalo_client.ZaloUncertain),
    ],
)
def test_a_message_whose_answer_is_lost_is_uncertain(server, client, kind, error):
    """Z-2: only what surely did not go out may be sent again by itself."""
    fail(server, "/v3.0/oa/message/cs", kind)
    with pytest.raises(error) as lost:
        client.messages.send(zalo.PERSON, bodies.text("một lần"))
    assert type(lost.value) is error
    assert client.messages.send(zalo.PERSON, bodies.text("hai lần")).message_id


def test_a_slow_message_is_uncertain_and_was_sent(server, client):
    """Z-2: a call that timed out may have been done, here it was."""
    fail(server, "/v3.0/oa/message/cs", "slow", seconds=3)
    with pytest.raises(zalo_client.ZaloUncertain):
        client.messages.send(zalo.PERSON, bodies.text("chậm mà chắc"))
    assert server.world.messages[-1].body["text"] == "chậm mà chắc"


def test_a_question_whose_answer_is_lost_may_be_asked_again(server, client):
    """Reading and uploading change nothing for a customer."""
    fail(server, "/v2.0/oa/getoa", "drop")
    with pytest.raises(zalo_client.ZaloRetryable):
        client.account.profile()
    assert client.account.profile().name


def test_nobody_listening_is_retryable():
    """A message that never left may be sent again."""
    options = zalo_client.ZaloOptions("1", "x", openapi_url="http://127.0.0.1:9")
    with (
        zalo_client.ZaloClient(options, "token") as client,
        pytest.raises(zalo_client.ZaloRetryable),
    ):
        client.messages.send("1", bodies.text("a"))


def test_refresh_counts_once(server):
    """Z-3: the second use of a refresh token is refused, and only a human can help."""
    with zalo_client.ZaloClient(zalo.options_for(server)) as client:
        first = client.oauth.exchange(zalo.new_code(server))
        second = client.oauth.refresh(first.refresh_token)
        assert second.expires_in == 90_000
        assert second.access_token != first.access_token
        with pytest.raises(zalo_client.ZaloNeedsHuman) as spent:
            client.oauth.refresh(first.refresh_token)
    assert spent.value.code == -14014


def test_error_of_the_token_host_without_a_number(server):
    """Z-3: an answer with HTTP 200 and no number is no pair of tokens."""
    server.world.switches.turn({"oauth_error_number": False})
    with (
        zalo_client.ZaloClient(zalo.options_for(server)) as client,
        pytest.raises(zalo_client.ZaloNeedsHuman, match="Invalid authorization code"),
    ):
        client.oauth.exchange("made-up")


def test_proof_key_of_a_consent(server):
    """IE-35: a consent with a challenge wants its verifier; the known vector is met."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    challenge = zalo_client.challenge(verifier)
    assert challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    with zalo_client.ZaloClient(zalo.options_for(server)) as client:
        with pytest.raises(zalo_client.ZaloNeedsHuman):
            client.oauth.exchange(zalo.new_code(server, challenge), zalo_client.new_verifier())
        assert client.oauth.exchange(zalo.new_code(server, challenge), verifier).access_token
        address = client.oauth.consent_url("https://x/back?a=1", "s t", verifier)
    assert f"code_challenge={challenge}" in address
    assert "redirect_uri=https%3A%2F%2Fx%2Fback%3Fa%3D1" in address


def test_proof_of_the_secret(server, client):
    """IE-35: an app that demands the proof gets it; without it an administrator has to act."""
    app = next(iter(server.world.apps.values()))
    app.demands_proof = True
    try:
        with pytest.raises(zalo_client.ZaloNeedsHuman) as refused:
            client.account.profile()
        assert refused.value.code == -242
        with zalo.connected(server, send_proof=True) as proving:
            assert proving.account.profile().oa_id == zalo.ACCOUNT
    finally:
        app.demands_proof = False


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "https://zdn.vn.example.com/a",
        "https://evilzdn.vn/a",
        "file:///etc/passwd",
        "https://user@f.zdn.vn/a",
        "https://example.com\\.zdn.vn/a",
        "https://example.com%2f.zdn.vn/a",
        "https://[bad/a",
    ],
)
def test_only_media_of_zalo_is_fetched(address):
    """IE-37: an address of somebody else is never asked."""
    with (
        zalo_client.ZaloClient(zalo_client.ZaloOptions("1")) as client,
        pytest.raises(zalo_client.ZaloRejected),
    ):
        client.media.fetch(address)


def test_large_media_is_not_read_to_its_end(server):
    """IE-37: a file over the limit is refused."""
    with zalo.connected(server, max_media_bytes=10) as client:
        key = client.media.upload("image", "a.png", b"x" * 11, "image/png")
        with pytest.raises(zalo_client.ZaloRejected, match="larger"):
            client.media.fetch(server.world.media_url(key))
        with pytest.raises(zalo_client.ZaloRejected, match="gone"):
            client.media.fetch(server.world.media_url("unknown"))


def test_media_that_trickles_is_given_up(server):
    """IE-37: a file that takes too long as a whole is tried again later, not waited for."""
    with zalo.connected(server, media_timeout=-1) as client:
        key = client.media.upload("image", "a.png", b"x" * 11, "image/png")
        with pytest.raises(zalo_client.ZaloRetryable):
            client.media.fetch(server.world.media_url(key))


def test_limits_are_checked_before_calling():
    """IE-38: too long, too large and of the wrong type are told without a call."""
    for broken in (
        lambda: bodies.text("ệ" * 2001),
        lambda: bodies.text("   "),
        lambda: bodies.text("a", buttons=[bodies.query_button("b", "c")] * 6),
        lambda: limits.check_upload("image", "image/webp", 10),
        lambda: limits.check_upload("file", "application/pdf", 5_242_881),
    ):
        with pytest.raises(zalo_client.ZaloInvalid):
            broken()
    assert bodies.text("e\u0323\u0302" * 2000)["text"] == "ệ" * 2000
    assert limits.upload_kind("application/zip") is None


def test_secrets_stay_out_of_texts(server):
    """Z-5: neither options nor errors show a secret or a token."""
    options = zalo.options_for(server)
    assert options.app_secret not in repr(options)
    fail(server, "/v2.0/oa/getoa", "html")
    with (
        zalo.connected(server) as client,
        pytest.raises(zalo_client.ZaloError) as error,
    ):
        client.account.profile()
    assert "Bad Gateway" in error.value.excerpt
    assert "***" in zalo_client.transport.excerpt(b'{"access_token":"abc","x":1}')
    assert "abc" not in zalo_client.transport.excerpt(b'{"access_token":"abc","x":1}')


@pytest.mark.parametrize("table", [error_table.OPENAPI, error_table.BUSINESS])
def test_each_error_number_has_one_meaning(table):
    """Every number tells what to do; unknown ones are final; both know dead tokens."""
    for code in error_table.TOKEN_CODES:
        assert table[code].error is zalo_client.ZaloAuthExpired
    assert all(row.reason.endswith((".", "again.")) for row in table.values())
    assert error_table.row(-99999, table).error is zalo_client.ZaloRejected


def test_redirects_do_not_carry_the_token_away(server):
    """Z-5: an answer that points elsewhere is not followed."""
    seen = []

    class Session(requests.Session):
        def request(self, method, url, **options):
            seen.append(options["allow_redirects"])
            return super().request(method, url, **options)

    with (
        zalo_client.ZaloClient(zalo.options_for(server), "x", Session()) as client,
        pytest.raises(zalo_client.ZaloAuthExpired),
    ):
        client.account.profile()
    assert seen == [False]
