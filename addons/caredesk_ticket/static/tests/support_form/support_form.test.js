import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click, edit, queryAllTexts, queryFirst, setInputFiles } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { onRpc } from "@web/../tests/web_test_helpers";

import { isTooMuch } from "@caredesk_ticket/support_form/support_form";

setupInteractionWhiteList("caredesk_ticket.support_form");
describe.current.tags("interaction_dev");

const FORM = `
    <form class="o_caredesk_support_form">
        <input name="subject"/>
        <div class="o_caredesk_support_answers d-none">
            <div class="o_caredesk_support_answers_list"></div>
        </div>
        <input type="file" name="files" multiple="multiple" data-most-files="2"
            data-most-bytes="10" data-most-total="15"/>
        <div class="o_caredesk_support_files_error d-none">Too much</div>
        <div class="o_caredesk_support_check_error d-none">Not loaded</div>
        <button type="submit">Send</button>
    </form>`;

async function type(text) {
    await click("[name=subject]");
    await edit(text);
    await advanceTime(500);
    await animationFrame();
}

/** S4-CHN-07: answers appear while the subject is typed, once for the same words. */
test("answers are suggested while typing", async () => {
    onRpc("/support/suggest", async (request) => {
        const { params } = await request.json();
        expect.step(params.text);
        return params.text.includes("printer")
            ? [{ id: 1, question: "Printer <b>?", answer: "<p>Plug it in</p>" }]
            : [];
    });
    await startInteractions(FORM);
    await type("pri");
    expect.verifySteps([]);
    await type("printer");
    await type("printer ");
    expect.verifySteps(["printer"]);
    expect(queryAllTexts("summary")).toEqual(["Printer <b>?"]);
    await click("summary");
    expect("details p").toHaveText("Plug it in");
    expect(".o_caredesk_support_answers").not.toHaveClass("d-none");

    await type("something else");
    expect.verifySteps(["something else"]);
    expect("details").toHaveCount(0);
    expect(".o_caredesk_support_answers").toHaveClass("d-none");
});

/** IE-16: files that the server would refuse are found before they are sent. */
test("too big files cannot be sent", async () => {
    await startInteractions(FORM);
    await click("[name=files]");
    await setInputFiles([new File(["12345678901"], "a.txt")]);
    await animationFrame();
    expect(".o_caredesk_support_files_error").not.toHaveClass("d-none");
    expect(queryFirst("button").disabled).toBe(true);

    await click("[name=files]");
    await setInputFiles([new File(["123"], "a.txt")]);
    await animationFrame();
    expect(".o_caredesk_support_files_error").toHaveClass("d-none");
    expect(queryFirst("button").disabled).toBe(false);
});

/** IE-16: count, each size and the sum, each by itself. */
test("limits of files", () => {
    const limits = { mostFiles: "2", mostBytes: "10", mostTotal: "15" };
    const files = (...sizes) => sizes.map((size) => ({ size }));
    expect(isTooMuch(files(), limits)).toBe(false);
    expect(isTooMuch(files(10, 5), limits)).toBe(false);
    expect(isTooMuch(files(1, 1, 1), limits)).toBe(true);
    expect(isTooMuch(files(11), limits)).toBe(true);
    expect(isTooMuch(files(10, 6), limits)).toBe(true);
});

/** S4-CHN-07: a captcha whose script cannot be loaded is told, instead of a dead button. */
test("a captcha that cannot be loaded is told", async () => {
    await startInteractions(FORM);
    const image = document.createElement("img");
    const script = document.createElement("script");
    queryFirst("form").append(image, script);
    image.dispatchEvent(new Event("error"));
    await animationFrame();
    expect(".o_caredesk_support_check_error").toHaveClass("d-none");
    script.dispatchEvent(new Event("error"));
    await animationFrame();
    expect(".o_caredesk_support_check_error").not.toHaveClass("d-none");
});
