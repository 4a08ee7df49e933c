import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const LINES = "caredesk_survey.survey_user_input_line_action";
const HISTORY = "caredesk_survey.survey_user_input_action_history";

/** Results of a survey: figures, a chart for each question, trends; each bar opens its answers. */
export class SurveyStatistics extends Component {
    static template = "caredesk_survey.Statistics";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const params = this.props.action.params || {};
        this.filters = useState({
            survey_id: params.survey_id || false,
            question_id: params.question_id || false,
            date_from: "",
            date_to: "",
        });
        this.state = useState({ data: null, dimension: "group" });
        this.display = { controlPanel: {} };
        this.dimensions = [
            { key: "group", label: _t("Support Group") },
            { key: "performer", label: _t("Employee") },
            { key: "type", label: _t("Ticket Type") },
        ];
        onWillStart(() => this.load());
    }

    async load() {
        const data = await this.orm.call("caredesk.survey.statistics", "get_statistics", [
            { ...this.filters },
        ]);
        this.state.data = data;
        this.filters.survey_id = data.survey_id;
    }

    async choose(name, value) {
        this.filters[name] = value;
        await this.load();
    }

    async chooseSurvey(value) {
        this.filters.question_id = false;
        await this.choose("survey_id", Number(value));
    }

    /** Open the answers to a question that a bar counts. */
    openAnswers(domain, title) {
        return this.open(LINES, domain, title);
    }

    /** Open the completed surveys that a figure counts. */
    openEntries(domain, title) {
        return this.open(HISTORY, domain, title);
    }

    async open(xmlid, domain, title) {
        const action = await this.action.loadAction(xmlid);
        return this.action.doAction({ ...action, name: title, display_name: title, domain });
    }

    /** Return a percentage; a dash where there is none, e.g. of what is not scored. */
    percent(value) {
        return value === null || value === undefined ? "–" : `${this.number(value)} %`;
    }

    /** Return a figure as people of the user's language write it. */
    number(value) {
        if (value === null || value === undefined) {
            return "–";
        }
        return Number.isInteger(value)
            ? formatInteger(value)
            : formatFloat(value, { digits: [16, 2], trailingZeros: false });
    }
}

registry.category("actions").add("caredesk_survey.statistics", SurveyStatistics);
