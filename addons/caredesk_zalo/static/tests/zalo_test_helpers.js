import { openDiscuss, start, startServer } from "@mail/../tests/mail_test_helpers";
import { Command, getService, onRpc, serverState } from "@web/../tests/web_test_helpers";
import { serializeDateTime } from "@web/core/l10n/dates";

const { DateTime } = luxon;

/**
 * Open a conversation with a customer whose last word is some hours old.
 *
 * @param {Object[]} messages values of messages, the customer's when they have no author
 */
export async function openConversation({ hours = 1, messages = [], side = {}, status = "open" } = {}) {
    const pyEnv = await startServer();
    const guestId = pyEnv["mail.guest"].create({ name: "Khách Hoa" });
    const channelId = pyEnv["discuss.channel"].create({
        name: "Khách Hoa",
        channel_type: "zalo",
        channel_member_ids: [
            Command.create({ partner_id: serverState.partnerId }),
            Command.create({ guest_id: guestId }),
        ],
    });
    const ids = messages.map((values) =>
        pyEnv["mail.message"].create({
            author_guest_id: values.author_id ? false : guestId,
            message_type: "comment",
            model: "discuss.channel",
            res_id: channelId,
            ...values,
        })
    );
    onRpc("discuss.channel", "zalo_panel", () => false);
    await start();
    const store = getService("mail.store");
    const until = DateTime.utc().minus({ hours }).plus({ days: 7 });
    store.insert({
        "mail.thread": [
            {
                id: channelId,
                model: "discuss.channel",
                zalo_window_until: serializeDateTime(until),
                zalo_status: status,
                zalo_side: {
                    contact_id: 5,
                    account: "CareDesk",
                    connected: true,
                    follows: true,
                    ...side,
                },
            },
        ],
    });
    await openDiscuss(channelId);
    return { store, pyEnv, channelId, guestId, ids };
}
