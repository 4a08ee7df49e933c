import { omit } from "@web/core/utils/objects";
import { registry } from "@web/core/registry";
import { clickOnSave, getClientActionUrl } from "@website/js/tours/tour_utils";

const steps = () => [
    {
        content: "Wait for the editor, which takes long when its files are made first",
        trigger: ".o-website-builder_sidebar .o_snippet_thumbnail",
        timeout: 60000,
    },
    {
        content: "Choose the form of the page",
        trigger: ":iframe .s_website_form input",
        run: "click",
    },
    {
        content: "Open the choice of what the form does",
        trigger: ".o_customize_tab [data-label='Action'] .dropdown-toggle",
        run: "click",
    },
    {
        content: "Let it make tickets",
        trigger: ".o_popover .o-dropdown-item:contains('Create a Ticket')",
        run: "click",
    },
    {
        content: "The form makes tickets now, with the fields we know",
        trigger:
            ':iframe form[data-model_name="caredesk.ticket"]:has([name="partner_name"])' +
            ':has([name="email_from"]):has([name="description"]) [name="name"]',
    },
    ...clickOnSave(),
];

// Not registerWebsitePreviewTour: there the editor has half a minute only.
registry.category("web_tour.tours").add("caredesk_ticket_form_builder", {
    url: getClientActionUrl("/contactus", true),
    steps: () => steps().map((step) => omit(step, "noPrepend")),
});
