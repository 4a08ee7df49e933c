import { expect, test } from "@odoo/hoot";
import { click, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    MockServer,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

test("an incoming call pops up with the customer and opens the form (S3-FLT-10)", async () => {
    onRpc("caredesk.care.call", "action_answer", ({ args }) => {
        expect.step(`answer ${args[0]}`);
        return { type: "ir.actions.act_window_close" };
    });
    await mountWithCleanup(WebClient);
    const bus = MockServer.env["bus.bus"];
    const [partner] = MockServer.env["res.partner"].read(
        MockServer.env["res.users"].browse(MockServer.env.uid)[0].partner_id
    );
    bus._sendone(partner, "caredesk_automation.incoming_call", {
        call_id: 7,
        number: "0900 000 777",
        partner_id: 3,
        partner_name: "Hoa Sen",
    });
    await waitFor(".o_notification:contains(Hoa Sen, 0900 000 777)");
    await click(".o_notification button:contains(Answer)");
    await animationFrame();
    expect.verifySteps(["answer 7"]);
});
