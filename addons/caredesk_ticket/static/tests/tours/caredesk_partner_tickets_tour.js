import { registry } from "@web/core/registry";

/** S0-TKT-15: the customer's form counts and opens his tickets; New there fills him in. */
registry.category("web_tour.tours").add("caredesk_partner_tickets", {
    steps: () => [
        {
            content: "The customer has one ticket",
            trigger: "button[name=action_caredesk_tickets]:contains(1)",
            run: "click",
        },
        {
            content: "It is listed with its work time",
            trigger: ".o_data_row:contains(Printer is silent) td[name=work_seconds]:contains(s)",
        },
        { content: "New from there", trigger: ".o_list_button_add", run: "click" },
        {
            content: "The customer is filled in",
            trigger: ".o_field_widget[name=partner_id] input:value(Hoa Sen)",
        },
        { content: "Discard", trigger: ".o_form_button_cancel", run: "click" },
        { content: "Back in the list", trigger: ".o_list_button_add" },
    ],
});
