import {
    changeOptionInPopover,
    clickOnSave,
    registerWebsitePreviewTour,
} from "@website/js/tours/tour_utils";

registerWebsitePreviewTour(
    "caredesk_ticket_form_builder",
    { url: "/contactus", edition: true },
    () => [
        { trigger: ".o-website-builder_sidebar .o_snippet_thumbnail" },
        {
            content: "Choose the form of the page",
            trigger: ":iframe .s_website_form input",
            run: "click",
        },
        ...changeOptionInPopover("Form", "Action", "Create a Ticket"),
        {
            content: "The form makes tickets now, with the fields we know",
            trigger:
                ':iframe form[data-model_name="caredesk.ticket"]:has([name="partner_name"])' +
                ':has([name="email_from"]):has([name="description"]) [name="name"]',
        },
        ...clickOnSave(),
    ]
);
