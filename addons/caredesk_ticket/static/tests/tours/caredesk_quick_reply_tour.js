import { registry } from "@web/core/registry";

const COMPOSER = ".o-mail-Composer textarea.o-mail-Composer-input";

/** S2-KBR-02, S2-KBR-03, S2-KBR-04: from the icon to the sent answer, on a ticket. */
registry.category("web_tour.tours").add("caredesk_quick_reply", {
    steps: () => [
        {
            content: "What fits the ticket is suggested on it",
            trigger: ".o_caredesk_suggested button:contains(Máy in không in được)",
            run: "click",
        },
        {
            content: "Read it",
            trigger: ".modal .o_field_widget[name=answer]:contains(Bật lại.)",
        },
        { content: "Close it", trigger: ".modal .btn-close", run: "click" },
        { content: "Back on the ticket", trigger: "body:not(:has(.modal))" },
        { content: "Write to the customer", trigger: ".o-mail-Chatter-sendMessage", run: "click" },
        {
            content: "Open the quick replies",
            trigger: ".o-mail-Composer button[title='Quick Reply']",
            run: "click",
        },
        {
            content: "The answer that fits comes first",
            trigger:
                ".o_caredesk_quick_reply_article:first-child:contains(Máy in không in được)",
        },
        {
            content: "Search without accents",
            trigger: ".o_caredesk_quick_reply input[type=search]",
            run: "edit bao hanh",
        },
        {
            content: "Tick",
            trigger: ".o_caredesk_quick_reply_article:only-child:contains(Tra cứu bảo hành)",
            run: "click",
        },
        {
            content: "Choose",
            trigger: ".o_caredesk_quick_reply_choose:enabled",
            run: "click",
        },
        {
            content: "The text is in the message, with its file, and can be changed",
            trigger: `${COMPOSER}:value(Nhập số sê-ri.)`,
            run: "edit Nhập số sê-ri ở mặt dưới máy.",
        },
        { content: "The file", trigger: ".o-mail-Composer .o-mail-AttachmentContainer:contains(guide)" },
        { content: "Send", trigger: ".o-mail-Composer-send:enabled", run: "click" },
        {
            content: "It is sent",
            trigger: ".o-mail-Message-body:contains(Nhập số sê-ri ở mặt dưới máy.)",
        },
    ],
});
