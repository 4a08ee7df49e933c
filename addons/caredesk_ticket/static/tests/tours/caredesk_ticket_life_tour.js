import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const STATE = ".o_statusbar_status .o_arrow_button_current";

/** Wait until the status bar shows a state. */
function stateIs(state) {
    return { content: `The state is ${state}`, trigger: `${STATE}[data-value=${state}]` };
}

/** Press a button of the form and wait for what it leads to. */
function press(name, state) {
    return [
        { content: `Press ${name}`, trigger: `.o_statusbar_buttons button[name=${name}]`, run: "click" },
        ...(state ? [stateIs(state)] : []),
    ];
}

/**
 * S0-TKT-03, S0-TKT-04, S0-TKT-05, S0-TKT-06, S0-TKT-14, S0-TKT-25, S0-TKT-26,
 * S1-LST-01: from the menu to a completed ticket, its numbers in the list.
 */
registry.category("web_tour.tours").add("caredesk_ticket_life", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open Support",
            trigger: ".o_app[data-menu-xmlid='caredesk_ticket.caredesk_menu_root']",
            run: "click",
        },
        {
            content: "The app begins with the dashboard",
            trigger: ".o_caredesk_dashboard .o_caredesk_read_at",
        },
        {
            content: "Tickets",
            trigger: "[data-menu-xmlid='caredesk_ticket.caredesk_menu_tickets']",
            run: "click",
        },
        {
            content: "All of them",
            trigger: "[data-menu-xmlid='caredesk_ticket.caredesk_ticket_menu_all']",
            run: "click",
        },
        { content: "A new ticket", trigger: ".o_list_button_add", run: "click" },
        {
            content: "Title, type and content are marked as required",
            trigger:
                "[name=name].o_required_modifier, [name=type_id].o_required_modifier, [name=description].o_required_modifier",
        },
        {
            content: "Title",
            trigger: ".o_field_widget[name=name] textarea",
            run: "edit Printer is silent",
        },
        { content: "Save too early", trigger: ".o_form_button_save", run: "click" },
        {
            content: "The type is asked for",
            trigger: ".o_field_widget[name=type_id].o_field_invalid",
        },
        {
            content: "Type",
            trigger: ".o_field_widget[name=type_id] input",
            run: "edit Tour guidance",
        },
        {
            content: "Choose the type",
            trigger: ".o-autocomplete--dropdown-item:contains(Tour guidance)",
            run: "click",
        },
        {
            content: "Customer",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Hoa Sen",
        },
        {
            content: "Choose the customer",
            trigger: ".o-autocomplete--dropdown-item:contains(Hoa Sen)",
            run: "click",
        },
        {
            content: "Phone comes with the customer",
            trigger: ".o_field_widget[name=phone] input:value(024 3333)",
        },
        {
            content: "Content",
            trigger: ".o_field_widget[name=description] .odoo-editor-editable",
            run: "editor It does not print",
        },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        stateIs("todo"),
        {
            content: "It went to the free agent by itself",
            trigger: ".o_field_widget[name=user_id]:contains(An)",
        },
        ...press("action_open_start", "in_progress"),
        { content: "The work clock runs", trigger: "[name=work_seconds] [data-running=work]" },
        ...press("action_open_wait"),
        { content: "Wait", trigger: ".modal button[name=action_wait]", run: "click" },
        stateIs("waiting"),
        { content: "The waiting clock runs", trigger: "[name=waiting_seconds] [data-running=wait]" },
        ...press("action_open_continue", "in_progress"),
        ...press("action_open_complete"),
        {
            content: "Support result",
            trigger: ".modal .o_field_widget[name=result] textarea",
            run: "edit Switched it on",
        },
        { content: "Complete", trigger: ".modal button[name=action_complete]", run: "click" },
        stateIs("done"),
        { content: "No clock runs", trigger: "body:not(:has([data-running]))" },
        { content: "Back to the list", trigger: ".o_back_button", run: "click" },
        {
            content: "Show finished tickets too",
            trigger: ".o_searchview_facet .o_facet_remove",
            run: "click",
        },
        {
            content: "The list shows the time in words",
            trigger: ".o_data_row:contains(Printer is silent) td[name=work_seconds]:contains(s)",
        },
    ],
});
