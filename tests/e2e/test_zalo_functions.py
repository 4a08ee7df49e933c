"""The sixteen functions of the chat, one journey each, on one desk that they share.

They go through the screens in Vietnamese and leave the pictures of the guide.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e import names
from tests.e2e.test_zalo import PDF, png
from tests.e2e.zalo_guide import Guide, eventually, keep_failure, zalo_guide


@pytest.fixture(scope="module")
def shared(browser, base_url) -> Iterator[Guide]:
    """Connect one account for all journeys of this file."""
    with zalo_guide(browser, base_url) as guide:
        yield guide


@pytest.fixture
def guide(shared, request) -> Iterator[Guide]:
    """Yield the desk; of a journey that fails the agent's screen is kept."""
    failed = request.session.testsfailed
    yield shared
    if request.session.testsfailed > failed:
        keep_failure(shared.page, f"{request.node.name}.png")
        shared.leave()


def _phone() -> str:
    """Return a number nobody else has."""
    return f"0903{secrets.randbelow(10**6):06d}"


def test_01_receive(guide):
    """A message arrives without reloading: counter, preview, two ways into the conversation.

    Proves S2-RCV-01, S2-RCV-03, S2-RCV-04, S2-RCV-05.
    """
    page, name = guide.page, guide.card("name")["name"]
    page.goto("/odoo/action-base.action_partner_form")
    guide.backend.wait()
    guide.customer_says("Máy lạnh nhà em không lạnh")
    icon = page.locator(".o_menu_systray .o-mail-DiscussSystray-class").first
    expect(icon.locator(".badge, .o-mail-MessagingMenu-counter")).to_be_visible()
    icon.locator("button").first.click()
    item = page.locator(".o-mail-NotificationItem", has_text=name)
    expect(item).to_contain_text("không lạnh")
    guide.shot("01-receive")
    item.click()
    window = page.locator(".o-mail-ChatWindow", has_text=name)
    expect(window.locator(".o-mail-Message", has_text="không lạnh")).to_be_visible()
    window.locator("button[name=close]").click()  # it would come back on every later page
    expect(window).to_have_count(0)
    guide.open()
    expect(guide.note("không lạnh")).to_be_visible()
    expect(page.locator(".o-mail-DiscussSidebarChannel .badge")).to_have_count(0)


def test_02_messages(guide):
    """Enter sends; a picture and a document go along, each with its ticks.

    Proves S2-MSG-02, S2-MSG-03, S2-MSG-04.
    """
    guide.open()
    guide.write("Dạ shop chào chị, chị cho shop xin mã máy ạ")
    expect(guide.at_customer("xin mã máy")).to_be_visible()
    for name, kind, content in (
        ("may-lanh.png", "image/png", png(96)),
        ("bao-gia.pdf", "application/pdf", PDF),
    ):
        file = {"name": name, "mimeType": kind, "buffer": content}
        page = guide.page
        page.locator(".o-mail-Composer input[type=file]").set_input_files(file)
        attached = page.locator(".o-mail-Composer-footer .o-mail-AttachmentContainer")
        expect(attached.and_(page.locator(":not(.o-isUploading)"))).to_have_count(1)
        page.locator(".o-mail-Composer-input").press("Enter")
        expect(attached).to_have_count(0)
    expect(guide.at_customer("bao-gia.pdf")).to_be_visible()
    expect(guide.note("bao-gia.pdf").locator(".o-zalo-delivery")).to_be_visible()
    guide.shot("02-messages")


def test_03_quick_reply(guide):
    """The icon, a search without accents, tick, choose, edit, Enter.

    Proves S2-KBR-01, S2-KBR-02, S2-KBR-03, S2-KBR-04.
    """
    key = f"FTKB{secrets.randbelow(9000) + 1000}"
    [article] = guide.rpc.call(
        "caredesk.knowledge.article",
        "create",
        [
            {
                "question": f"Máy lạnh Daikin {key} bảo hành bao lâu?",
                "answer": "<p>Dạ máy được bảo hành 24 tháng ạ.</p>",
                "is_published": True,
            }
        ],
    )
    guide.open()
    page = guide.page
    page.locator(".o-mail-Composer button:has(.fa-bolt)").click()
    page.locator(".o_caredesk_quick_reply input[type=search]").fill(
        f"may lanh daikin {key.lower()}"
    )
    found = page.locator(".o_caredesk_quick_reply_article", has_text=key)
    found.click()
    guide.shot("03-quick-reply")
    page.locator(".o_caredesk_quick_reply_choose").click()
    box = page.locator(".o-mail-Composer-input")
    expect(box).to_have_value("Dạ máy được bảo hành 24 tháng ạ.")
    box.fill(f"Dạ máy {key} được bảo hành 24 tháng chị nhé.")
    box.press("Enter")
    expect(guide.at_customer(f"{key} được bảo hành 24 tháng chị nhé")).to_be_visible()
    [used] = guide.rpc.call("caredesk.knowledge.article", "read", [article], ["usage_count"])
    assert used["usage_count"] == 1


def test_04_information(guide):
    """Ask for information: Yes sends the form, the answer stands on card and panel.

    Proves S2-INF-01, S2-INF-03, S2-INF-05, S2-INF-06, S2-INF-07, S2-INF-08.
    """
    guide.as_stranger()
    guide.open()
    guide.head("zalo-request-info")
    guide.shot("04-information")
    guide.press("action_send")
    guide.dialog_closes()
    guide.phone.locator("button.request-info").last.click()
    form = guide.phone.locator("#info")
    form.locator("input[name=name]").fill(guide.card("name")["name"])
    form.locator("input[name=phone]").fill("84903" + _phone()[4:])
    form.locator("input[name=address]").fill("12 Lê Lợi, Quận 1")
    form.locator("button[value=send]").click()
    expect(guide.note("12 Lê Lợi, Quận 1")).to_be_visible()
    assert guide.card("address")["address"] == "12 Lê Lợi, Quận 1"


def test_05_add_to_crm(guide):
    """A duplicate is seen while typing; linked, merged, or added as a new lead.

    Proves S2-CRM-03, S2-CRM-04, S2-CRM-05, S2-CRM-06, S2-CRM-08, S2-CRM-09, S2-CRM-11,
    S2-CRM-13, S2-CRM-14, S2-CRM-15, S2-CRM-16, S2-CRM-17, S2-CRM-24, S2-CRM-25, S2-CRM-26.
    """
    number = _phone()
    [vietnam] = guide.rpc.call("res.country", "search", [["code", "=", "VN"]])
    known = {"name": names.person(guide.rpc), "phone": number, "country_id": vietnam}
    [partner] = guide.rpc.call("res.partner", "create", [known])
    for button in ("action_link", "action_merge"):
        guide.as_stranger()
        guide.open()
        guide.begin("action_add_to_crm")
        guide.backend.fill("phone", f"+84 {number[1:]}")
        guide.backend.field("email").locator("input").click()
        row = guide.dialog().locator(".o_data_row", has_text=known["name"])
        row.locator(".o_data_cell[name=is_chosen] .o_boolean_toggle").click()
        guide.shot(f"05-{button.removeprefix('action_')}")
        guide.press(button, sure=True)
        guide.dialog_closes()
        expect(guide.toast()).to_be_visible()
        expect(guide.panel().locator("button[name=action_add_to_crm]")).to_have_count(0)
        assert guide.card("partner_id")["partner_id"][0] == partner
    [merged] = guide.rpc.call("res.partner", "read", [partner], ["name"])
    assert merged["name"] == guide.card("name")["name"]
    guide.as_stranger()
    guide.open()
    guide.begin("action_add_to_crm")
    guide.backend.fill("phone", _phone())
    guide.press("action_save")
    guide.dialog_closes()
    expect(guide.panel().locator(".badge", has_text="Lead")).to_be_visible()
    guide.shot("05-lead")


def test_06_transfer(guide):
    """The icon, a colleague with a note, Yes; he sees what was said and the note says by whom.

    Proves S2-TRF-02, S2-TRF-03, S2-TRF-04, S2-TRF-05.
    """
    [second] = guide.rpc.call("res.users", "search", [["login", "=", guide.desk.logins[1]]])
    users = {"user_ids": [[4, second]]}
    guide.rpc.call("caredesk.zalo.oa", "write", [guide.desk.account_id], users)
    guide.open()
    guide.head("zalo-transfer")
    guide.backend.choose("user_id", guide.desk.names[1])
    guide.backend.fill("note", "Khách hỏi bảo hành")
    guide.shot("06-transfer")
    guide.press("action_transfer", sure=True)
    guide.dialog_closes()
    card = guide.card("user_id", "channel_id")
    noted = [["model", "=", "discuss.channel"], ["res_id", "=", card["channel_id"][0]]]
    noted.append(["body", "ilike", "Khách hỏi bảo hành"])
    assert guide.rpc.call("mail.message", "search_count", noted) == 1
    assert card["user_id"][0] == second
    [first] = guide.rpc.call("res.users", "search", [["login", "=", guide.desk.logins[0]]])
    guide.rpc.call(
        "discuss.channel",
        "zalo_transfer",
        [card["channel_id"][0]],
        first,
        context={"lang": "vi_VN"},
    )


def test_07_update(guide):
    """The pencil, Save: the contact and the panel have the new values; the company is chosen.

    Proves S2-UPD-01, S2-UPD-02, S2-UPD-03, S2-UPD-05, S2-UPD-06.
    """
    company = names.company(guide.rpc)
    partner = guide.as_partner()
    guide.rpc.call("res.partner", "create", [{"name": company, "is_company": True}])
    guide.open()
    guide.begin("action_edit")
    guide.backend.fill("address", "45 Nguyễn Huệ")
    guide.backend.choose("parent_id", company)
    guide.shot("07-update")
    guide.press("action_save")
    guide.dialog_closes()
    expect(guide.panel()).to_contain_text("45 Nguyễn Huệ")
    expect(guide.panel()).to_contain_text(company)
    [saved] = guide.rpc.call("res.partner", "read", [partner], ["street"])
    assert saved["street"] == "45 Nguyễn Huệ"


def test_08_comment(guide):
    """A note with a mention and a file: for colleagues and the customer's record, never Zalo.

    Proves S2-CMT-01, S2-CMT-02, S2-CMT-03, S2-CMT-04, S2-CMT-05.
    """
    partner = guide.as_partner()
    guide.ask_in(guide.desk.logins[1])
    guide.open()
    page, what = guide.page, f"Khách hẹn lắp máy số {secrets.randbelow(9000) + 1000}"
    page.locator(".o-mail-Composer button:has(.fa-sticky-note-o)").click()
    file = {"name": "phieu-hen.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator(".o-mail-Composer input[type=file]").set_input_files(file)
    attached = page.locator(".o-mail-Composer-footer .o-mail-AttachmentContainer")
    expect(attached.and_(page.locator(":not(.o-isUploading)"))).to_have_count(1)
    box = page.locator(".o-mail-Composer-input")
    box.click()
    box.press_sequentially(f"{what}, nhờ @{guide.desk.names[1][:7]}")
    page.locator(".o-mail-Composer-suggestion", has_text=guide.desk.names[1]).first.click()
    guide.shot("08-comment")
    box.press("Enter")
    expect(guide.note(what)).to_be_visible()
    domain = [["model", "=", "res.partner"], ["res_id", "=", partner], ["body", "ilike", what]]
    [copy] = eventually(
        lambda: guide.rpc.call("mail.message", "search_read", domain, ["attachment_ids"])
    )
    assert len(copy["attachment_ids"]) == 1
    expect(guide.at_customer(what)).to_have_count(0)


def test_09_tags(guide):
    """The control, a new name with Enter, Save: an orange tag on the customer.

    Proves S2-TAG-02, S2-TAG-03, S2-TAG-04, S2-TAG-08, S2-TAG-09, S2-TAG-10.
    """
    name = f"Khách quen của {guide.desk.names[0]}"
    guide.open()
    guide.begin("action_edit_tags")
    box = guide.backend.field("tag_ids").locator("input").first
    box.fill(name)
    expect(guide.page.locator(".o-autocomplete--dropdown-menu li", has_text=name)).to_be_visible()
    box.press("Enter")
    expect(guide.dialog().locator(".o_tag", has_text=name)).to_be_visible()
    guide.shot("09-tags")
    guide.save_dialog()
    expect(guide.panel().locator(".o_tag", has_text=name)).to_be_visible()
    domain = [["name", "=", name]]
    [tag] = guide.rpc.call("caredesk.tag", "search_read", domain, ["is_shared"]) or [
        {"is_shared": False}  # one's own tag is not for the eyes of others
    ]
    assert not tag["is_shared"]


def test_10_follow(guide):
    """Behind the three dots: follow, a star in the panel, and back again.

    Proves S2-FOL-02, S2-FOL-03, S2-FOL-04.
    """
    guide.open()
    guide.menu("Theo dõi hoặc bỏ theo dõi")
    star = guide.panel().locator(".fa-star")
    expect(star).to_be_visible()
    guide.shot("10-follow")
    guide.menu("Theo dõi hoặc bỏ theo dõi")
    expect(star).to_have_count(0)


def test_11_search(guide):
    """The list finds a name without its accents and a phone in any form.

    Proves S2-SCH-01, S2-SCH-02.
    """
    name, number = names.person(guide.rpc), _phone()
    guide.as_partner(name=name, phone=number)
    for typed in (names.plain(name.split(" ", 1)[1]), f"+84 {number[1:]}"):
        guide.backend.open_action("caredesk_zalo.caredesk_zalo_contact_action")
        box = guide.page.locator(".o_searchview_input")
        box.fill(typed)
        expect(guide.page.locator(".o-dropdown--menu", has_text=typed)).to_be_visible()
        box.press("Enter")
        expect(guide.backend.rows()).to_have_count(1)
    guide.shot("11-search")


def test_12_ticket(guide):
    """From the panel: the form is filled in, one ticket results and stands in the conversation.

    Proves S2-TKT-01, S2-TKT-02, S2-TKT-03, S2-TKT-04.
    """
    guide.as_partner()
    guide.open()
    guide.begin("action_new_ticket")
    guide.backend.fill("name", "Máy lạnh không lạnh")
    kind = guide.backend.field("type_id").locator("input").first
    if not kind.input_value():
        kind.click()
        guide.page.locator(".o-autocomplete--dropdown-menu li a").first.click()
    expect(kind).not_to_have_value("")
    guide.shot("12-ticket")
    guide.save_dialog()
    expect(guide.panel().locator("a", has_text="Máy lạnh không lạnh").first).to_be_visible()
    domain = [["zalo_contact_id", "=", guide.contact_id]]
    ticket = guide.rpc.call(
        "caredesk.ticket", "search_read", domain, ["channel", "number"], order="id desc", limit=1
    )[0]
    assert ticket["channel"] == "zalo"
    expect(guide.note(ticket["number"])).to_be_visible()


def test_13_activity(guide):
    """Behind the three dots: a call is planned and stands in the panel.

    Proves S2-ACT-01, S2-ACT-02, S2-ACT-03, S2-ACT-04, S2-ACT-05.
    """
    guide.as_partner()
    guide.open()
    guide.menu("Tạo cuộc gọi")
    expect(guide.dialog()).to_be_visible()
    guide.backend.fill("summary", "Gọi hẹn giờ bảo trì")
    guide.shot("13-activity")
    guide.press("action_schedule_activities")
    guide.dialog_closes()
    expect(guide.panel()).to_contain_text("Gọi hẹn giờ bảo trì")


def test_14_opportunity(guide):
    """Of a lead who is a person: he becomes a contact by himself, then the form opens.

    Proves S2-OPP-02, S2-OPP-03, S2-OPP-04, S2-OPP-05.
    """
    guide.as_lead()
    [company] = guide.rpc.call("caredesk.zalo.oa", "read", [guide.desk.account_id], ["company_id"])
    company_id = company["company_id"][0]
    [before] = guide.rpc.call("res.company", "read", [company_id], ["zalo_customer_rule"])
    guide.rpc.call("res.company", "write", [company_id], {"zalo_customer_rule": "individual"})
    try:
        guide.open()
        guide.menu("Tạo cơ hội")
        expect(guide.dialog()).to_be_visible()
        guide.backend.fill("name", "Mua máy lạnh mới")
        guide.shot("14-opportunity")
        guide.save_dialog()
    finally:
        values = {"zalo_customer_rule": before["zalo_customer_rule"]}
        guide.rpc.call("res.company", "write", [company_id], values)
    partner = guide.card("partner_id")["partner_id"]
    domain = [["partner_id", "=", partner[0]], ["name", "=", "Mua máy lạnh mới"]]
    [deal] = guide.rpc.call("crm.lead", "search_read", domain, ["type"])
    assert deal["type"] == "opportunity"


def test_15_convert(guide):
    """Of a lead who speaks for a company: dialog, message that data changed, the contact shows.

    Proves S2-CNV-02, S2-CNV-03, S2-CNV-04, S2-CNV-05, S2-CNV-06.
    """
    company = names.company(guide.rpc, "Spa")
    guide.as_lead(partner_name=company)
    guide.open()
    guide.menu("Chuyển đổi Lead")
    expect(guide.dialog()).to_be_visible()
    expect(guide.backend.field("company_name").locator("input")).to_have_value(company)
    guide.shot("15-convert")
    guide.press("action_convert")
    guide.dialog_closes()
    expect(guide.toast()).to_be_visible()
    expect(guide.panel()).to_contain_text(company)
    expect(guide.panel().locator("button[name=action_convert_lead]")).to_have_count(0)


def test_16_order(guide):
    """Of a contact: the button, the form with the customer, and the order in the panel.

    Proves S2-ORD-01, S2-ORD-02, S2-ORD-03, S2-ORD-04.
    """
    guide.as_lead()
    guide.open()
    expect(guide.panel().locator("button[name=action_new_order]")).to_have_count(0)
    partner = guide.as_partner()
    guide.open()
    guide.begin("action_new_order")
    guide.shot("16-order")
    guide.save_dialog()
    domain = [["partner_id", "=", partner]]
    [order] = guide.rpc.call("sale.order", "search_read", domain, ["name", "zalo_contact_id"])
    assert order["zalo_contact_id"][0] == guide.contact_id
    expect(guide.panel().locator("a", has_text=order["name"])).to_be_visible()
    expect(guide.note(order["name"])).to_be_visible()
