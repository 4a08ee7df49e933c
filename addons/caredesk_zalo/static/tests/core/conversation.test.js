import {
    click,
    contains,
    defineMailModels,
    insertText,
    onRpcBefore,
} from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press } from "@odoo/hoot-dom";
import { getService, onRpc, serverState } from "@web/../tests/web_test_helpers";
import { serializeDateTime } from "@web/core/l10n/dates";

import { openConversation } from "@caredesk_zalo/../tests/zalo_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const { DateTime } = luxon;
const COMPOSER = ".o-mail-Composer-input";

/** S2-RCV-02, IE-41: a category of its own; who serves stands with the name. */
test("a conversation stands in its own category", async () => {
    await openConversation();
    await contains(".o-mail-DiscussSidebarCategory", { text: "Zalo" });
    await contains(".o-mail-DiscussSidebarChannel .o-zalo-agent", { text: "Nobody serves it yet" });
    await contains(".o-zalo-window.text-bg-success", { text: "Free for 46 hours" });
    await contains(".o-zalo-stranger", { count: 0 });
});

/** IE-38: after seven days nothing can be written, and it is said why; a note still can. */
test("a closed window closes the composer, not the notes", async () => {
    await openConversation({ hours: 24 * 8 });
    await contains(".o-zalo-window.text-bg-danger", { text: "Reply window over" });
    await contains(COMPOSER, { count: 0 });
    await contains(".o-zalo-closed:contains('The 7 days to answer are over')");
    await click(".o-zalo-noteButton");
    await contains(`.o-zalo-writesNote ${COMPOSER}`);
});

/** IE-38, IE-43: a lost connection and a customer who does not follow are said. */
test("a lost connection is said", async () => {
    await openConversation({ side: { connected: false, follows: false } });
    await contains(".o-zalo-closed:contains('CareDesk is not connected to Zalo.')");
    await contains(".o-zalo-stranger", { text: "Does not follow" });
});

/** IE-38: the newest word of the customer opens the window at once. */
test("a new word of the customer opens the composer", async () => {
    const long = serializeDateTime(DateTime.utc().minus({ days: 8 }));
    const messages = [{ body: "Alo", date: long }];
    const { pyEnv, channelId, guestId } = await openConversation({ hours: 24 * 8, messages });
    await contains(".o-mail-Message-body", { text: "Alo" }); // what comes with it is loaded
    await contains(".o-zalo-closed");
    const date = serializeDateTime(DateTime.utc());
    const id = pyEnv["mail.message"].create({
        author_guest_id: guestId,
        body: "Còn đó không",
        date,
        model: "discuss.channel",
        res_id: channelId,
    });
    getService("mail.store").insert({
        "mail.message": [
            {
                id,
                author_guest_id: { id: guestId, name: "Khách Hoa" },
                body: ["markup", "Còn đó không"],
                date,
                message_type: "comment",
                model: "discuss.channel",
                res_id: channelId,
                thread: { id: channelId, model: "discuss.channel" },
            },
        ],
    });
    const store = getService("mail.store");
    store.Thread.get({ id: channelId, model: "discuss.channel" }).messages.push({ id });
    await contains(COMPOSER);
    await contains(".o-zalo-window.text-bg-success");
});

/** S2-CMT-02: in the mode for notes a text is posted as a note, else as an answer. */
test("an internal note is posted as a note", async () => {
    onRpcBefore("/mail/message/post", ({ post_data }) => expect.step(post_data.subtype_xmlid));
    await openConversation();
    await insertText(COMPOSER, "Dạ em chào chị");
    await press("Enter");
    await contains(".o-mail-Message", { text: "Dạ em chào chị" });
    await click("button[name='zalo-note']");
    await insertText(COMPOSER, "Khách khó tính");
    await press("Enter");
    await contains(".o-mail-Message", { text: "Khách khó tính" });
    await expect.waitForSteps(["mail.mt_comment", "mail.mt_note"]);
});

/** IE-38, S2-MSG-02: a text longer than Zalo takes stays in the composer, with the reason. */
test("a text that is too long is not sent", async () => {
    onRpcBefore("/mail/message/post", () => expect.step("post"));
    await openConversation();
    await insertText(COMPOSER, "x".repeat(2001));
    await press("Enter");
    await contains(".o_notification:contains('up to 2000 characters; this has 2001')");
    await contains(COMPOSER, { value: "x".repeat(2001) });
    expect.verifySteps([]);
});

/** S2-MSG-04, S2-X6: the way of a message is shown; a failed one is sent again on demand. */
test("states of delivery, and sending again", async () => {
    onRpc("caredesk.zalo.message", "action_retry", ({ args }) => {
        expect.step(`retry ${args[0]}`);
        return true;
    });
    const { store, ids } = await openConversation({
        messages: [{ author_id: serverState.partnerId, body: "Chào chị" }],
    });
    const show = (state, reason) => {
        const delivery = { id: 9, state, reason };
        store.insert({ "mail.message": [{ id: ids[0], zalo_delivery: delivery }] });
    };
    for (const [state, label] of [
        ["queued", "Pending"],
        ["delivered", "Delivered"],
        ["read", "Read"],
    ]) {
        show(state, "");
        await contains(".o-zalo-delivery", { text: label });
    }
    show("failed", "The customer does not follow.");
    await contains(".o-zalo-delivery.text-danger:contains('The customer does not follow.')");
    await click(".o-zalo-delivery button", { text: "Send Again" });
    await expect.waitForSteps(["retry 9"]);
});

/** IE-37: a message whose only content is a file says so while it is fetched, or lost. */
test("files that are coming, and lost ones", async () => {
    const { store, ids } = await openConversation({ messages: [{ body: "" }] });
    const show = (files) =>
        store.insert({ "mail.message": [{ id: ids[0], zalo_files: files }] });
    show([{ id: 1, kind: "audio", name: "audio", lost: false }]);
    await contains(".o-zalo-file", { text: "A voice message is coming…" });
    show([{ id: 1, kind: "file", name: "x.pdf", lost: true }]);
    await contains(".o-zalo-file.text-danger", { text: "x.pdf could not be fetched from Zalo." });
    await contains(".o-mail-Message", { text: "This message has been removed", count: 0 });
});

/** IE-39: what was written in Zalo's own tool bears a mark. */
test("a message from Zalo's own tool is marked", async () => {
    const { store, ids } = await openConversation({ messages: [{ body: "từ OA Manager" }] });
    await contains(".o-mail-Message-body", { text: "từ OA Manager" });
    await contains(".o-zalo-foreign", { count: 0 });
    store.insert({ "mail.message": [{ id: ids[0], zalo_is_foreign: true }] });
    await contains(".o-zalo-foreign", { text: "Zalo" });
});

/** S2-X6: what Zalo has no means for is not offered; quoting is. */
test("no editing, no reactions, no calls", async () => {
    await openConversation({
        messages: [{ author_id: serverState.partnerId, body: "Chào chị" }],
    });
    await click(".o-mail-Message [title='Expand']");
    await contains("[name='reply-to']");
    await contains("[title='Add a Reaction']", { count: 0 });
    for (const name of ["edit", "delete"]) {
        await contains(`[name='${name}']`, { count: 0 });
    }
    for (const name of ["call", "camera-call"]) {
        await contains(`.o-mail-DiscussContent-header [name='${name}']`, { count: 0 });
    }
});

/** S2-TRF-03, S2-INF-05: the buttons call the steps of the conversation. */
test("buttons of the conversation", async () => {
    for (const method of ["zalo_action_transfer", "zalo_action_request_info", "zalo_take"]) {
        onRpc("discuss.channel", method, () => {
            expect.step(method);
            return true;
        });
    }
    await openConversation();
    for (const name of ["zalo-transfer", "zalo-request-info", "zalo-take"]) {
        await click(`.o-mail-DiscussContent-header button[name='${name}']`);
    }
    await expect.waitForSteps([
        "zalo_action_transfer",
        "zalo_action_request_info",
        "zalo_take",
    ]);
    await contains("button[name='zalo-close']");
    await contains("button[name='zalo-reopen']", { count: 0 });
});

/** A closed conversation says so and can be opened again. */
test("a closed conversation", async () => {
    await openConversation({ status: "closed" });
    await contains(".o-zalo-isClosed", { text: "Closed" });
    await contains("button[name='zalo-reopen']");
    await contains("button[name='zalo-close']", { count: 0 });
});
