import { Component, useEffect } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { useBoard } from "./board_hook";
import { useGroupActions } from "./group_actions_hook";
import { MemberCard } from "./member_card";

/** The screen View Support: groups, their members, who is free, and what they work on. */
export class ViewSupport extends Component {
    static template = "caredesk_ticket.ViewSupport";
    static components = { Layout, MemberCard };
    static props = { ...standardActionServiceProps };

    setup() {
        this.dialog = useService("dialog");
        this.actionService = useService("action");
        // Who comes back from a ticket finds the group that he or she left.
        const source = useBoard(this.props.state?.group || this.props.resId);
        useSetupAction({ getLocalState: () => ({ group: source.board.group }) });
        this.api = source.api;
        this.board = source.board;
        this.load = source.load;
        this.groupActions = useGroupActions(source);
        this.layout = { controlPanel: {} };
        this.keepInAddress();
    }

    /** Reload and Back of the browser lead to the group that was chosen: the address names it. */
    keepInAddress() {
        let shown = this.board.group;
        useEffect(
            (group) => {
                if (group !== shown) {
                    shown = group;
                    this.props.updateActionState({ resId: group });
                }
            },
            () => [this.board.group]
        );
    }

    get group() {
        return this.board.groups.find((group) => group.id === this.board.group);
    }

    get queueLabel() {
        return _t("In queue: %(count)s", { count: this.group.queue });
    }

    /** @param {Promise<any>} change */
    async run(change) {
        await change;
        await this.load();
    }

    onSelectGroup(ev) {
        return this.load(Number(ev.target.value));
    }

    editMember(member) {
        this.dialog.add(FormViewDialog, {
            resModel: "caredesk.support.member",
            resId: member?.id,
            title: member ? _t("Support Employee") : _t("Add Employee"),
            size: "md",
            canExpand: false,
            context: { default_group_id: this.board.group },
            onRecordSaved: () => this.load(),
        });
    }

    removeMember(member) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Remove from Group"),
            body: _t("Remove %(name)s from the group? Open tickets go back to the queue.", {
                name: member.name,
            }),
            confirmLabel: _t("Remove"),
            confirm: () => this.run(this.api.remove(member.id)),
            cancel: () => {},
        });
    }

    openTicket(ticket) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "caredesk.ticket",
            res_id: ticket.id,
            views: [[false, "form"]],
        });
    }

    openTicketsOf(member) {
        return this.openTickets(
            _t("Tickets of %(name)s", { name: member.name }),
            [
                ["user_id", "=", member.user_id],
                ["is_open", "=", true],
            ]
        );
    }

    openQueue() {
        return this.openTickets(_t("Unassigned"), [
            ["group_id", "=", this.board.group],
            ["state", "=", "unassigned"],
        ]);
    }

    openTickets(name, domain) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "caredesk.ticket",
            domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }
}

registry.category("actions").add("caredesk_ticket.view_support", ViewSupport);
