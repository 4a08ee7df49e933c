import { Composer } from "@mail/core/common/composer";
import { Composer as ComposerModel } from "@mail/core/common/composer_model";
import { Store } from "@mail/core/common/store_service";
import { markup } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { createElementWithContent } from "@web/core/utils/html";

patch(ComposerModel.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {number[]} articles whose answers were put into this message */
        this.caredeskArticleIds = [];
    },
    clear() {
        super.clear(...arguments);
        this.caredeskArticleIds = [];
    },
});

patch(Composer.prototype, {
    /**
     * Put chosen answers where the cursor is, to be edited and sent by the user.
     *
     * @param {ComposerModel} composer
     * @param {{answers: Object[], cannedResponses: Object[], attachment_ids: number[],
     *   store_data: Object}} reply what the quick reply dialog gives
     */
    insertQuickReply(composer, { answers, cannedResponses, attachment_ids, store_data }) {
        this.store.insert(store_data);
        const texts = [
            ...answers.map(({ text }) => text),
            ...cannedResponses.map(({ substitution }) => substitution),
        ];
        if (this.editor) {
            for (const { html } of answers) {
                // the server sanitised the answer when it was written
                const content = createElementWithContent("div", markup(html));
                this.editor.shared.dom.insert(content);
            }
            cannedResponses.forEach((response) =>
                this.editor.shared.dom.insert(response.substitution)
            );
            this.editor.shared.history.addStep();
        } else {
            const { start, end } = composer.selection;
            const before = composer.composerText.slice(0, start);
            const gap = before && !/\s$/.test(before) ? "\n" : "";
            composer.composerText = before + composer.composerText.slice(end);
            composer.insertText(gap + texts.join("\n\n"), before.length);
        }
        for (const id of attachment_ids) {
            composer.attachments.push(this.store["ir.attachment"].get(id));
        }
        composer.caredeskArticleIds.push(...answers.map(({ id }) => id));
        composer.cannedResponses.push(...cannedResponses);
        composer.autofocus++;
    },

    /** The full composer counts them too. */
    get fullComposerAdditionalContext() {
        return {
            ...super.fullComposerAdditionalContext,
            caredesk_article_ids: [...this.props.composer.caredeskArticleIds],
        };
    },

    get postData() {
        return {
            ...super.postData,
            caredeskArticleIds: [...this.props.composer.caredeskArticleIds],
        };
    },
});

patch(Store.prototype, {
    async getMessagePostParams({ postData }) {
        const params = await super.getMessagePostParams(...arguments);
        if (postData.caredeskArticleIds?.length) {
            params.caredesk_article_ids = postData.caredeskArticleIds;
        }
        return params;
    },
});
