import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";

import { GroupNameDialog } from "./group_name_dialog";

/** @typedef {import("./board_api").BoardGroup} BoardGroup */

/** What a manager does with groups on View Support: new, rename, delete. */
class GroupActions {
    constructor({ api, load }, dialog, bus) {
        this.api = api;
        this.load = load;
        this.dialog = dialog;
        this.bus = bus;
    }

    create() {
        this.dialog.add(GroupNameDialog, {
            title: _t("New Support Group"),
            save: async (name) => {
                const groupId = await this.api.createGroup(name);
                this.bus.forceUpdateChannels(); // the server lets us listen to it from now on
                await this.load(groupId);
            },
        });
    }

    /** @param {BoardGroup} group */
    rename(group) {
        this.dialog.add(GroupNameDialog, {
            title: _t("Rename Support Group"),
            name: group.name,
            save: async (name) => {
                await this.api.renameGroup(group.id, name);
                await this.load(group.id);
            },
        });
    }

    /** @param {BoardGroup} group */
    remove(group) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Delete Support Group"),
            body: _t("Delete the support group %(name)s?", { name: group.name }),
            confirmLabel: _t("Delete"),
            confirmClass: "btn-danger",
            confirm: () => this.removeOrOfferArchive(group),
            cancel: () => {},
        });
    }

    /** @param {BoardGroup} group */
    async removeOrOfferArchive(group) {
        try {
            await this.api.deleteGroup(group.id);
            await this.load(false);
        } catch (error) {
            if (!(error instanceof RPCError) || !error.data?.message) {
                throw error;
            }
            this.offerArchive(group, error.data.message);
        }
    }

    /**
     * @param {BoardGroup} group
     * @param {string} reason why the server refused to delete it
     */
    offerArchive(group, reason) {
        const archive = {
            confirmLabel: _t("Archive Instead"),
            confirm: async () => {
                await this.api.archiveGroup(group.id);
                await this.load(false);
            },
            cancel: () => {},
        };
        this.dialog.add(ConfirmationDialog, {
            title: _t("The group cannot be deleted"),
            body: reason,
            ...(group.is_default ? {} : archive), // the default group can be neither
        });
    }
}

/** @param {ReturnType<import("./board_hook").useBoard>} source */
export function useGroupActions(source) {
    return new GroupActions(source, useService("dialog"), useService("bus_service"));
}
