import { registry } from "@web/core/registry";

/** S0-TKT-28, S0-TKT-33: a free member takes a queued ticket from the list, then none. */
registry.category("web_tour.tours").add("caredesk_ticket_take", {
    url: "/odoo/support-queue",
    steps: () => [
        {
            content: "Take the more urgent one",
            trigger: ".o_data_row:contains(Urgent matter) button[name=action_take]",
            run: "click",
        },
        {
            content: "It left the queue",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Urgent matter)))",
        },
        {
            content: "I am busy now: the other one only tells me so",
            trigger: ".o_data_row:contains(Other matter) button[name=action_take].text-muted",
        },
    ],
});
