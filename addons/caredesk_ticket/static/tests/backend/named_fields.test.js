import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    patchTranslations,
} from "@web/../tests/web_test_helpers";

class Message extends models.Model {
    _name = "caredesk.automation.message";

    name = fields.Char();
    subject = fields.Char({ string: "Subject", required: true });
}

class Rule extends models.Model {
    _name = "caredesk.automation.rule";

    name = fields.Char({ string: "Title", required: true });
    hour = fields.Char({ string: "Hour", required: true });
    note = fields.Char({ string: "Remark" });
    message_ids = fields.One2many({
        string: "Texts",
        relation: "caredesk.automation.message",
    });
}

defineMailModels();
defineModels([Message, Rule]);

const TOAST = ".o_notification_content";

async function open(lines) {
    await mountView({
        resModel: "caredesk.automation.rule",
        type: "form",
        arch: `
            <form js_class="caredesk_named_fields_form">
                <field name="name"/><field name="hour"/><field name="note"/>
                <field name="message_ids">${lines}</field>
            </form>`,
    });
}

/** S0-AUT-07: a refused save names each missing field by its label, and no other. */
test("names what is missing", async () => {
    await open(`<list><field name="subject"/></list>`);
    await contains("[name=note] input").edit("x");
    await contains(".o_form_button_save").click();
    expect(TOAST).toHaveText("Please fill in: Title, Hour");
    await contains("[name=name] input").edit("Greeting");
    await contains(".o_form_button_save").click();
    await animationFrame();
    expect(`${TOAST}:last`).toHaveText("Please fill in: Hour");
});

/** S0-AUT-07: the dialog of a line names what the line lacks. */
test("names what a dialog lacks", async () => {
    await open(`<list><field name="subject"/></list><form><field name="subject"/></form>`);
    await contains(".o_field_x2many_list_row_add a").click();
    await contains(".modal .o_form_button_save").click();
    expect(TOAST).toHaveText("Please fill in: Subject");
});

/** S0-AUT-07: the words are in the language of the user. */
test("speaks the user's language", async () => {
    patchTranslations({ caredesk_ticket: { "Please fill in: %s": "Vui lòng nhập: %s" } });
    await open(`<list><field name="subject"/></list>`);
    await contains(".o_form_button_save").click();
    expect(TOAST).toHaveText("Vui lòng nhập: Title, Hour");
});
