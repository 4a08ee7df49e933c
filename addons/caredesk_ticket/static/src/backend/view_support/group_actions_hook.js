import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";

import { GroupNameDialog } from "./group_name_dialog";

/**
 * What a manager does with groups on View Support: new, rename, delete.
 *
 * @param {ReturnType<import("./board_hook").useBoard>} source
 */
export function useGroupActions({ api, load }) {
    const dialog = useService("dialog");
    const bus = useService("bus_service");

    function create() {
        dialog.add(GroupNameDialog, {
            title: _t("New Support Group"),
            save: async (name) => {
                const groupId = await api.createGroup(name);
                bus.forceUpdateChannels(); // the server lets us listen to the new group too
                await load(groupId);
            },
        });
    }

    /** @param {import("./board_api").BoardGroup} group */
    function rename(group) {
        dialog.add(GroupNameDialog, {
            title: _t("Rename Support Group"),
            name: group.name,
            save: async (name) => {
                await api.renameGroup(group.id, name);
                await load(group.id);
            },
        });
    }

    /** @param {import("./board_api").BoardGroup} group */
    function remove(group) {
        dialog.add(ConfirmationDialog, {
            title: _t("Delete Support Group"),
            body: _t("Delete the support group %(name)s?", { name: group.name }),
            confirmLabel: _t("Delete"),
            confirmClass: "btn-danger",
            confirm: () => removeOrOfferArchive(group),
            cancel: () => {},
        });
    }

    async function removeOrOfferArchive(group) {
        try {
            await api.deleteGroup(group.id);
            await load(false);
        } catch (error) {
            if (!(error instanceof RPCError) || !error.data?.message) {
                throw error;
            }
            offerArchive(group, error.data.message);
        }
    }

    function offerArchive(group, reason) {
        const archive = {
            confirmLabel: _t("Archive Instead"),
            confirm: async () => {
                await api.archiveGroup(group.id);
                await load(false);
            },
            cancel: () => {},
        };
        dialog.add(ConfirmationDialog, {
            title: _t("The group cannot be deleted"),
            body: reason,
            ...(group.is_default ? {} : archive), // the default group can be neither
        });
    }

    return { create, rename, remove };
}
