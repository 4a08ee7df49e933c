import { registerThreadAction } from "@mail/core/common/thread_actions";
import { _t } from "@web/core/l10n/translation";

const GROUP = 5;

/** Tell whether a conversation's buttons have their place here: header, window, three dots. */
function isOpenZalo({ owner, thread }) {
    return thread?.isZalo && (!owner.props.chatWindow || owner.props.chatWindow.isOpen);
}

/** Call a step of the conversation on the server; when it answers with a dialog, show it. */
async function callStep(store, thread, method) {
    const { action, orm } = store.env.services;
    const next = await orm.call("discuss.channel", method, [[thread.id]]);
    if (next?.type) {
        await action.doAction(next);
    }
}

registerThreadAction("zalo-take", {
    condition: (params) =>
        isOpenZalo(params) && !params.thread.zalo_agent_id && params.thread.zalo_status !== "closed",
    icon: "fa fa-fw fa-hand-paper-o",
    name: _t("Serve This Customer"),
    open: ({ store, thread }) => callStep(store, thread, "zalo_take"),
    sequence: 10,
    sequenceGroup: GROUP,
});
registerThreadAction("zalo-transfer", {
    condition: isOpenZalo,
    icon: "fa fa-fw fa-exchange",
    name: _t("Transfer Conversation"),
    open: ({ store, thread }) => callStep(store, thread, "zalo_action_transfer"),
    sequence: 20,
    sequenceGroup: GROUP,
});
registerThreadAction("zalo-request-info", {
    condition: isOpenZalo,
    icon: "fa fa-fw fa-id-card-o",
    name: _t("Request Information"),
    open: ({ store, thread }) => callStep(store, thread, "zalo_action_request_info"),
    sequence: 30,
    sequenceGroup: GROUP,
});
registerThreadAction("zalo-customer", {
    condition: (params) => isOpenZalo(params) && params.thread.zalo_side?.contact_id,
    icon: "fa fa-fw fa-address-book-o",
    name: _t("Open the Customer"),
    open: ({ store, thread }) =>
        store.env.services.action.doAction({
            type: "ir.actions.act_window",
            res_model: "caredesk.zalo.contact",
            res_id: thread.zalo_side.contact_id,
            views: [[false, "form"]],
        }),
    sequence: 40,
    sequenceGroup: GROUP,
});
registerThreadAction("zalo-close", {
    condition: (params) => isOpenZalo(params) && params.thread.zalo_status !== "closed",
    icon: "fa fa-fw fa-check-square-o",
    name: _t("Close Conversation"),
    open: ({ store, thread }) => callStep(store, thread, "zalo_action_close"),
    sequence: 50,
    sequenceGroup: GROUP,
});
registerThreadAction("zalo-reopen", {
    condition: (params) => isOpenZalo(params) && params.thread.zalo_status === "closed",
    icon: "fa fa-fw fa-undo",
    name: _t("Open Again"),
    open: ({ store, thread }) => callStep(store, thread, "zalo_reopen"),
    sequence: 50,
    sequenceGroup: GROUP,
});
