import {
    click,
    contains,
    defineMailModels,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { onRpc, serverState } from "@web/../tests/web_test_helpers";

defineMailModels();

test("an incoming call pops up with the customer and opens the form (S3-FLT-10)", async () => {
    onRpc("caredesk.care.call", "action_answer", ({ args }) => {
        expect.step(`answer ${args[0]}`);
        return { type: "ir.actions.act_window_close" };
    });
    const pyEnv = await startServer();
    await start();
    const [partner] = pyEnv["res.partner"].read(serverState.partnerId);
    pyEnv["bus.bus"]._sendone(partner, "caredesk_automation.incoming_call", {
        call_id: 7,
        number: "0900 000 777",
        partner_id: 3,
        partner_name: "Hoa Sen",
    });
    await contains(".o_notification", { text: "Incoming Call. Hoa Sen, 0900 000 777" });
    await click(".o_notification_buttons button", { text: "Answer" });
    await contains(".o_notification", { count: 0 });
    await expect.waitForSteps(["answer 7"]);
});
