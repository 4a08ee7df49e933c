import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";

const SEPARATOR = " / "; // between the labels of several groupings; Odoo does not export its own

/** Keeps the states in the order of the life cycle; Odoo takes them as they first occur. */
export class StateGraphModel extends graphView.Model {
    _getData() {
        const data = super._getData(...arguments);
        const { fields, groupBy } = this.metaData;
        if (groupBy[1]?.fieldName === "state") {
            const labels = fields.state.selection.map(([, label]) => label);
            const rank = ({ label }) => labels.indexOf(label.split(SEPARATOR)[0]);
            data.datasets.sort((one, other) => rank(one) - rank(other));
        }
        return data;
    }
}

/** Opens with the number of records: named measures are there to choose, and to be formatted. */
export class StateGraphArchParser extends graphView.ArchParser {
    parse() {
        return { ...super.parse(...arguments), measure: "__count" };
    }
}

registry.category("views").add("caredesk_state_graph", {
    ...graphView,
    ArchParser: StateGraphArchParser,
    Model: StateGraphModel,
});
