import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * S0-TKT-40 … S0-TKT-49, S0-TKT-51, S0-TKT-53: View Support opens on the default group; its
 * members are raised, sent away and added, groups renamed, created and deleted.
 */
registry.category("web_tour.tours").add("caredesk_ticket_view_support", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open Support",
            trigger: ".o_app[data-menu-xmlid='caredesk_ticket.caredesk_menu_root']",
            run: "click",
        },
        {
            content: "View Support",
            trigger: "[data-menu-xmlid='caredesk_ticket.caredesk_menu_view_support']",
            run: "click",
        },
        {
            content: "The default group is shown first",
            trigger: ".o_caredesk_group:first.active:contains(Support)",
        },
        {
            content: "An is served first",
            trigger: ".o_caredesk_member:first:contains(An):contains(an@caredesk.test)",
        },
        {
            content: "Raise Binh",
            trigger: ".o_caredesk_member:contains(Binh) .o_caredesk_raise",
            run: "click",
        },
        {
            content: "Binh is first; send him away",
            trigger: ".o_caredesk_member:first:contains(Binh) .o_caredesk_away",
            run: "click",
        },
        {
            content: "Binh is away",
            trigger: ".o_caredesk_member:contains(Binh)[data-availability=away]",
        },
        { content: "Add an employee", trigger: ".o_caredesk_add", run: "click" },
        {
            content: "Choose Chi",
            trigger: ".modal .o_field_widget[name=user_id] input",
            run: "edit Chi",
        },
        {
            content: "Take Chi",
            trigger: ".o-autocomplete--dropdown-item:contains(Chi)",
            run: "click",
        },
        { content: "Save", trigger: ".modal .o_form_button_save", run: "click" },
        { content: "Chi is the last", trigger: ".o_caredesk_member:last:contains(Chi)" },
        { content: "Rename the group", trigger: ".o_caredesk_rename", run: "click" },
        { content: "New name", trigger: ".modal input", run: "edit First Line" },
        { content: "Save the name", trigger: ".modal .btn-primary", run: "click" },
        { content: "Renamed", trigger: ".o_caredesk_title:contains(First Line)" },
        { content: "It is the default group: delete", trigger: ".o_caredesk_delete", run: "click" },
        { content: "Yes, delete", trigger: ".modal .btn-danger", run: "click" },
        {
            content: "Refused with the reason",
            trigger: ".modal:not(:has(.btn-danger)) .modal-body:contains(First Line)",
        },
        { content: "All right", trigger: ".modal .btn-primary", run: "click" },
        { content: "A new group", trigger: ".o_caredesk_new_group", run: "click" },
        { content: "Its name", trigger: ".modal input", run: "edit Night Shift" },
        { content: "Create it", trigger: ".modal .btn-primary", run: "click" },
        { content: "It is shown", trigger: ".o_caredesk_title:contains(Night Shift)" },
        { content: "Delete it again", trigger: ".o_caredesk_delete", run: "click" },
        { content: "Yes", trigger: ".modal .btn-danger", run: "click" },
        {
            content: "Gone, the default group is back",
            trigger:
                ".o_caredesk_groups:not(:contains(Night Shift)) .o_caredesk_group.active:contains(First Line)",
        },
        { content: "Remove Chi", trigger: ".o_caredesk_member:contains(Chi) .o_caredesk_remove", run: "click" },
        { content: "Yes, remove", trigger: ".modal .btn-primary", run: "click" },
        { content: "Chi left", trigger: ".o_caredesk_members:not(:contains(Chi))" },
        { content: "Refresh", trigger: ".o_caredesk_refresh", run: "click" },
        { content: "Two members stay", trigger: ".o_caredesk_member:eq(1)" },
    ],
});
