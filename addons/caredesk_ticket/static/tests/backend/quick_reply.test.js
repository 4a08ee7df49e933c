import { beforeEach, describe, test } from "@odoo/hoot";
import {
    click,
    contains,
    insertText,
    mailModels,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {
    asyncStep,
    defineModels,
    getService,
    onRpc,
    waitForSteps,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const ARTICLE = "caredesk.knowledge.article";
let isAgent;

class ResUsers extends mailModels.ResUsers {
    _init_store_data(store) {
        super._init_store_data(...arguments);
        store.add({ has_caredesk_agent: isAgent });
    }
}
defineModels({ ...mailModels, ResUsers });

const ARTICLES = [
    { id: 1, question: "Máy in?", preview: "Bật lại", category: "Devices" },
    { id: 2, question: "Bảo hành?", preview: "24 tháng", category: "" },
];

beforeEach(() => {
    isAgent = true;
    onRpc(ARTICLE, "search_articles", ({ args, kwargs }) => {
        asyncStep(`search ${JSON.stringify(args[0])} ${kwargs.ticket_id}`);
        return ARTICLES.filter(({ id }) => !args[0] || id === 2);
    });
    onRpc(ARTICLE, "action_quick_reply", ({ args }) => ({
        answers: args[0].map((id) => ({
            id,
            text: `Answer ${id}\nin two lines`,
            html: `<p>Answer ${id}</p>`,
        })),
        attachment_ids: [77],
        store_data: {
            "ir.attachment": [{ id: 77, name: "guide.pdf", ownership_token: "token" }],
        },
    }));
});

async function openChannel() {
    const pyEnv = await startServer();
    const channelId = pyEnv["discuss.channel"].create({ name: "General" });
    await start();
    await openDiscuss(channelId);
    await contains(".o-mail-Composer-input");
    return pyEnv;
}

const BUTTON = ".o-mail-Composer button[title='Quick Reply']";

/** S2-KBR-02: the icon is there for agents, beside the input. */
test("only agents have the icon", async () => {
    isAgent = false;
    await openChannel();
    await contains(BUTTON, { count: 0 });
});

/** S2-KBR-03: search, tick one or several, Choose: the text is in the input, not yet sent. */
test("chosen answers land in the input", async () => {
    onRpc("/mail/message/post", () => asyncStep("sent"));
    await openChannel();
    await insertText(".o-mail-Composer-input", "Hello");
    await click(BUTTON);
    await contains(".o_caredesk_quick_reply_article", { count: 2 });
    await waitForSteps(['search "" false']);
    await contains(".o_caredesk_quick_reply_choose:disabled");
    await click(".o_caredesk_quick_reply_article", { text: "Bảo hành?" });
    await click(".o_caredesk_quick_reply_article", { text: "Máy in?" });
    await click(".o_caredesk_quick_reply_choose", { text: "Choose (2)" });
    await contains(".o_caredesk_quick_reply", { count: 0 });
    await contains(".o-mail-Composer-input", {
        value: "Hello\nAnswer 2\nin two lines\n\nAnswer 1\nin two lines",
    });
    await contains(".o-mail-AttachmentContainer", { text: "guide.pdf" });
    await waitForSteps([]);
});

/** S2-KBR-04: sending says which articles went out, once; what was changed before counts too. */
test("sending counts the articles", async () => {
    onRpc("/mail/message/post", async (request) => {
        const { params } = await request.json();
        asyncStep(`post ${JSON.stringify(params.caredesk_article_ids)}`);
        asyncStep(`files ${params.post_data.attachment_ids}`);
    });
    await openChannel();
    await click(BUTTON);
    await insertText(".o_caredesk_quick_reply input[type=search]", "bảo");
    await contains(".o_caredesk_quick_reply_article", { count: 1 });
    await waitForSteps(['search "" false', 'search "bảo" false']);
    await click(".o_caredesk_quick_reply_article");
    await click(".o_caredesk_quick_reply_choose");
    await insertText(".o-mail-Composer-input", " Thanks!");
    await contains(".o-mail-Composer-input", { value: "Answer 2\nin two lines Thanks!" });
    await click(".o-mail-Composer button[title='Send']:enabled");
    await waitForSteps(["post [2]", "files 77"]);
    await insertText(".o-mail-Composer-input", "Another");
    await click(".o-mail-Composer button[title='Send']:enabled");
    await waitForSteps(["post undefined", "files undefined"]);
});

/** S2-KBR-01: canned responses are found in the same place. */
test("canned responses are offered too", async () => {
    const pyEnv = await openChannel();
    pyEnv["mail.canned.response"].create({ source: "bye", substitution: "Đã tạm biệt" });
    await click(BUTTON);
    await insertText(".o_caredesk_quick_reply input[type=search]", "da tam");
    await waitForSteps(['search "" false', 'search "da tam" false']);
    await click(".o_caredesk_quick_reply_canned", { text: "::bye" });
    await click(".o_caredesk_quick_reply_choose");
    await contains(".o-mail-Composer-input", { value: "Đã tạm biệt" });
});

/** S2-KBR-03: where the input shows formatted text, the answer keeps its form. */
test("chosen answers land in a rich input", async () => {
    const pyEnv = await startServer();
    const channelId = pyEnv["discuss.channel"].create({ name: "General" });
    await start();
    getService("mail.composer").setHtmlComposer();
    await openDiscuss(channelId);
    await contains(".o-mail-Composer-html.odoo-editor-editable");
    await click(BUTTON);
    await click(".o_caredesk_quick_reply_article", { text: "Bảo hành?" });
    await click(".o_caredesk_quick_reply_choose");
    await contains(".o-mail-Composer-html p", { text: "Answer 2" });
    await contains(".o-mail-AttachmentContainer", { text: "guide.pdf" });
    await waitForSteps(['search "" false']);
});
