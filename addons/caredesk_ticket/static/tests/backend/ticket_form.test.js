import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Ticket extends models.Model {
    _name = "caredesk.ticket";

    name = fields.Char();
    note = fields.Text();
    priority = fields.Selection({
        selection: [
            ["0", "Low"],
            ["1", "Normal"],
        ],
    });

    _records = [{ id: 1, name: "No sound", note: "x", priority: "1" }];
}

defineMailModels();
defineModels([Ticket]);

const ARCH = `
    <form js_class="caredesk_ticket_form">
        <field name="name"/><field name="note"/><field name="priority"/>
    </form>`;

/** Refuse saves like the server does, as long as the form has not seen `theirs`. */
function changedMeanwhile(theirs) {
    onRpc("web_save", ({ args, kwargs, parent }) => {
        const { caredesk_seen, caredesk_take_theirs } = kwargs.context;
        expect.step(`seen ${caredesk_seen.name}, theirs ${caredesk_take_theirs}`);
        if (caredesk_take_theirs.includes("name")) {
            args[1] = { ...args[1], name: theirs };
            return parent();
        }
        if (caredesk_seen.name === theirs) {
            return parent();
        }
        throw makeServerError({
            type: "UserError",
            message: "Somebody else changed: Title.",
            context: {
                caredesk_conflicts: [
                    {
                        name: "name",
                        label: "Title",
                        user: "Lan",
                        theirs,
                        mine: args[1].name,
                        seen: theirs,
                    },
                ],
            },
        });
    });
}

async function editAndSave() {
    await mountView({ resModel: "caredesk.ticket", type: "form", arch: ARCH, resId: 1 });
    await contains("[name=name] input").edit("Mute");
    await contains("[name=note] textarea").edit("Mine");
    await contains(".o_form_button_save").click();
    await animationFrame();
}

/** IE-12: a save says what its user saw in the fields he changed, and in no others. */
test("sends what was seen", async () => {
    onRpc("web_save", ({ kwargs }) => {
        expect.step(JSON.stringify(kwargs.context.caredesk_seen));
    });
    await editAndSave();
    expect.verifySteps(['{"name":"No sound","note":"x"}']);
});

/** IE-12: the dialog names field and colleague; Keep Mine overwrites knowingly. */
test("keeps mine", async () => {
    changedMeanwhile("No sound at all");
    await editAndSave();
    expect(".modal tbody tr").toHaveCount(1);
    expect(".modal tbody tr").toHaveText(/Title.*Lan.*No sound at all.*Mute/s);
    await contains(".modal .o_caredesk_keep_mine").click();
    await animationFrame();
    expect.verifySteps(["seen No sound, theirs ", "seen No sound at all, theirs "]);
    expect(".modal").toHaveCount(0);
    expect("[name=name] input").toHaveValue("Mute");
    expect(".o_form_button_save").not.toBeVisible();
});

/** IE-12: Take Theirs shows the colleague's value; the user's other changes are saved. */
test("takes theirs", async () => {
    changedMeanwhile("No sound at all");
    await editAndSave();
    await contains(".modal .o_caredesk_take_theirs").click();
    await animationFrame();
    expect.verifySteps(["seen No sound, theirs ", "seen No sound at all, theirs name"]);
    expect("[name=name] input").toHaveValue("No sound at all");
    expect("[name=note] textarea").toHaveValue("Mine");
    expect(".o_form_button_save").not.toBeVisible();
});

/** IE-12: going on editing saves nothing and loses nothing. */
test("goes on editing", async () => {
    changedMeanwhile("No sound at all");
    await editAndSave();
    await contains(".modal .btn-secondary:last").click();
    await animationFrame();
    expect.verifySteps(["seen No sound, theirs "]);
    expect("[name=name] input").toHaveValue("Mute");
    expect(".o_form_button_save").toBeVisible();
});
