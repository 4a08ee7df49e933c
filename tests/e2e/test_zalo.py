"""A customer's phone and Discuss side by side: a whole conversation in Zalo."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pages import Backend
from tests.e2e.zalo import ZaloDesk, zalo_desk

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
READ, DELIVERED = ".fa-check-circle", ".fa-check-circle-o"
PHONE = {"width": 390, "height": 844}


def png(side: int = 64) -> bytes:
    """Return a picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\x2a\x7f\xd4" * side) * side
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture(scope="module")
def shop(base_url) -> Iterator[ZaloDesk]:
    """Connect one account for the journeys of this file, whose agents work in Vietnamese."""
    with zalo_desk(base_url, "vi_VN") as made:
        yield made


@pytest.fixture
def desk(shop) -> ZaloDesk:
    """Give each journey a customer of its own, who never wrote yet."""
    shop.newcomer()
    return shop


class Conversation:
    """Discuss as an agent sees it, open at the customer's conversation."""

    def __init__(self, backend: Backend, customer: str) -> None:
        self.page = backend.page
        self.row = self.page.locator(".o-mail-DiscussSidebarChannel", has_text=customer)

    def open_discuss(self) -> None:
        """Open Discuss, with nothing of Zalo chosen."""
        self.page.goto("/odoo/action-mail.action_discuss")
        expect(self.page.locator(".o-mail-Discuss")).to_be_visible()

    def choose(self) -> None:
        """Wait for the customer's conversation in the sidebar and open it."""
        self.row.click()
        expect(self.page.locator(".o-zalo-window.text-bg-success")).to_be_visible()

    def message(self, text: str):
        """The newest message or note with this text, or with a file of this name."""
        kinds = ".o-mail-Message, .o-mail-NotificationMessage"
        return self.page.locator(".o-mail-Thread").locator(kinds, has_text=text).last

    def write(self, text: str) -> None:
        """Type and press Enter."""
        box = self.page.locator(".o-mail-Composer-input")
        box.fill(text)
        box.press("Enter")

    def attach(self, name: str, mimetype: str, content: bytes) -> None:
        """Attach a file, and wait until it is uploaded."""
        file = {"name": name, "mimeType": mimetype, "buffer": content}
        self.page.locator(".o-mail-Composer input[type=file]").set_input_files(file)
        attached = self.page.locator(".o-mail-Composer-footer .o-mail-AttachmentContainer")
        expect(attached.and_(self.page.locator(":not(.o-isUploading)"))).to_have_count(1)

    def press(self, action: str) -> None:
        """Press a button of the conversation's head."""
        self.page.locator(f".o-mail-DiscussContent-header button[name='{action}']").click()
        expect(self.page.locator(".o_dialog .modal-dialog")).to_be_visible()

    def confirm(self, button: str) -> None:
        """Press a button of the dialog, and wait until it is gone."""
        self.page.locator(f".o_dialog button[name='{button}']").click()
        expect(self.page.locator(".o_dialog")).to_have_count(0)


class Phone:
    """The customer's phone."""

    def __init__(self, page: Page, desk: ZaloDesk) -> None:
        self.page = page
        page.goto(desk.page)
        expect(page.locator("#account")).to_have_text(desk.account.name)

    def write(self, text: str) -> None:
        """Type and press Enter."""
        box = self.page.locator("#compose input[name=text]")
        box.fill(text)
        box.press("Enter")

    def send(self, control: str, name: str, mimetype: str, content: bytes) -> None:
        """Send a picture or a file."""
        file = {"name": name, "mimeType": mimetype, "buffer": content}
        self.page.locator(f"#{control}").set_input_files(file)

    def from_shop(self, text: str = ""):
        """The bubbles of the account, with a text if one is given."""
        return self.page.locator("#messages li.api", has_text=text)


def test_conversation_from_first_word_to_the_end(desk, log_in, make_page):
    """Texts, pictures, files both ways, read marks, data asked for, transfer, closing.

    Proves S2-RCV-02, S2-MSG-02, S2-MSG-03, S2-MSG-04, S2-INF-04, S2-INF-05, S2-INF-06,
    S2-INF-07, S2-INF-08, S2-TRF-02, S2-TRF-03, S2-TRF-04, S2-TRF-05, S2-TRF-07, IE-41.
    """
    lan = Conversation(log_in(desk.logins[0]), desk.customer.name)
    lan.open_discuss()
    phone = Phone(make_page(), desk)
    phone.write("Máy lạnh nhà em không lạnh")
    lan.choose()
    expect(lan.message("Máy lạnh nhà em không lạnh")).to_be_visible()
    _both_ways(lan, phone)
    _data_is_asked_for(lan, phone, desk)
    minh = _handed_over(lan, phone, desk, log_in)
    _closed_and_open_again(minh, phone)


def _both_ways(lan: Conversation, phone: Phone) -> None:
    phone.send("image", "may.png", "image/png", png())
    expect(lan.page.locator(".o-mail-Message .o-mail-AttachmentImage")).to_have_count(1)
    phone.send("file", "Hoá đơn.pdf", "application/pdf", PDF)
    expect(lan.message("Hoá đơn.pdf")).to_be_visible()

    lan.write("Dạ em chào chị, em xem ngay ạ")
    expect(phone.from_shop("Dạ em chào chị")).to_be_visible()
    answer = lan.message("Dạ em chào chị")
    expect(answer.locator(f".o-zalo-delivery {DELIVERED}")).to_be_visible()

    lan.attach("huong-dan.png", "image/png", png(80))
    lan.write("Chị làm theo hình này")
    expect(phone.page.locator("#messages li.api img")).to_have_count(1)
    lan.attach("bao-gia.pdf", "application/pdf", PDF)
    lan.page.locator(".o-mail-Composer-input").press("Enter")
    expect(phone.from_shop("bao-gia.pdf")).to_be_visible()

    theirs = lan.message("Máy lạnh nhà em không lạnh")
    theirs.hover()
    theirs.locator("button[name='reply-to']").click()
    lan.write("Dạ máy hiệu gì ạ")
    expect(phone.from_shop("Dạ máy hiệu gì ạ")).to_contain_text("Máy lạnh nhà em không lạnh")
    phone.from_shop("Dạ máy hiệu gì ạ").locator("button.reply").click()
    phone.write("Hiệu Daikin")
    quoted = lan.message("Hiệu Daikin").locator(".o-mail-MessageInReply")
    expect(quoted).to_contain_text("Dạ máy hiệu gì ạ")

    phone.page.locator("#seen").click()
    expect(answer.locator(f".o-zalo-delivery {READ}")).to_be_visible()


def _data_is_asked_for(lan: Conversation, phone: Phone, desk: ZaloDesk) -> None:
    lan.press("zalo-request-info")
    lan.confirm("action_send")
    phone.page.locator("button.request-info").click()
    dialog = phone.page.locator("#info")
    dialog.locator("input[name=name]").fill(desk.customer.name)
    dialog.locator("input[name=phone]").fill("84903123456")
    dialog.locator("input[name=address]").fill("12 Lê Lợi")
    dialog.locator("button[value=send]").click()
    expect(lan.message("12 Lê Lợi")).to_be_visible()
    card = desk.contact("phone", "address")
    assert card["phone"].replace(" ", "")[-9:] == "903123456"
    assert card["address"] == "12 Lê Lợi"


def _handed_over(lan: Conversation, phone: Phone, desk: ZaloDesk, log_in) -> Conversation:
    """Hand the customer over to the colleague, who answers; return how he sees it."""
    [second] = desk.rpc.call("res.users", "search", [["login", "=", desk.logins[1]]])
    desk.rpc.call("caredesk.zalo.oa", "write", [desk.account_id], {"user_ids": [[4, second]]})
    minh = Conversation(log_in(desk.logins[1]), desk.customer.name)
    minh.open_discuss()
    lan.press("zalo-transfer")
    form = Backend(lan.page)
    form.choose("user_id", desk.names[1])
    form.fill("note", "Khách gấp")
    lan.page.locator(".o_dialog button[name=action_transfer]").click()
    lan.page.locator(".o_dialog .modal-footer button.btn-primary").last.click()
    expect(lan.page.locator(".o_dialog")).to_have_count(0)

    minh.choose()
    expect(minh.message("Khách gấp")).to_be_visible()
    expect(minh.page.locator(".o-zalo-strip .o-zalo-agent")).to_have_text(desk.names[1])
    minh.write("Em là Minh, em tiếp tục hỗ trợ chị")
    expect(phone.from_shop("Em là Minh")).to_be_visible()
    return minh


def _closed_and_open_again(minh: Conversation, phone: Phone) -> None:
    minh.press("zalo-close")
    minh.confirm("action_close")
    expect(minh.row).to_have_count(0)
    phone.write("Máy lại kêu to ạ")
    minh.choose()
    expect(minh.message("Máy lại kêu to ạ")).to_be_visible()
    expect(minh.page.locator(".o-zalo-isClosed")).to_have_count(0)


def test_notice_reaches_who_does_something_else(desk, log_in, make_page):
    """It comes without reloading; one click opens the conversation, which is read then.

    Proves S2-RCV-03, S2-RCV-04, S2-RCV-05.
    """
    page = log_in(desk.logins[0]).page
    page.goto("/odoo/action-caredesk_zalo.caredesk_zalo_contact_action")
    menu = page.locator(".o_menu_systray button:has(i.fa-comments)")
    expect(menu).to_be_visible()
    Phone(make_page(), desk).write("Máy kêu to quá")
    menu.click()
    notice = page.locator(".o-mail-NotificationItem", has_text=desk.customer.name)
    unread = notice.locator(".o-mail-NotificationItem-counter")
    expect(notice).to_contain_text("Máy kêu to quá")
    expect(unread).to_have_count(1)
    expect(page.locator(".o-mail-MessagingMenu-counter")).to_be_visible()

    notice.click()
    window = page.locator(".o-mail-ChatWindow", has_text=desk.customer.name)
    expect(window.locator(".o-mail-Message", has_text="Máy kêu to quá")).to_be_visible()
    # Discuss counts as read what stands in the window that has the focus.
    window.locator(".o-mail-Composer-input").click()
    expect(window.locator(".o-mail-ChatWindow-counter, .o-discuss-badge")).to_have_count(0)
    menu.click()
    expect(notice).to_be_visible()
    expect(unread).to_have_count(0)


def test_on_the_phone_of_an_agent(desk, log_in, make_page):
    """A tab of its own, the conversation and its answer on a narrow screen.

    Proves IE-41 (phone screen), IE-38 (what Zalo does not take is said before it is sent).
    """
    phone = Phone(make_page(viewport=PHONE, is_mobile=True, has_touch=True), desk)
    phone.write("Shop ơi")
    backend = log_in(desk.logins[0], viewport=PHONE, is_mobile=True, has_touch=True)
    page = backend.page
    page.goto("/odoo/action-mail.action_discuss")
    page.locator(".o-mail-MessagingMenu-tab", has_text="Zalo").click()
    page.locator(".o-mail-NotificationItem", has_text=desk.customer.name).click()
    expect(page.locator(".o-mail-Message", has_text="Shop ơi")).to_be_visible()
    expect(page.locator(".o-zalo-window.text-bg-success")).to_be_visible()

    archive = {"name": "a.zip", "mimeType": "application/zip", "buffer": b"PK\x03\x04"}
    page.locator(".o-mail-Composer input[type=file]").set_input_files(archive)
    expect(page.locator(".o_notification", has_text="a.zip")).to_be_visible()
    expect(page.locator(".o-mail-Composer .o-mail-AttachmentContainer")).to_have_count(0)

    page.locator(".o-mail-Composer-input").fill("Dạ em đây ạ")
    page.locator(".o-mail-Composer button[name='send-message']").click()
    expect(phone.from_shop("Dạ em đây ạ")).to_be_visible()
