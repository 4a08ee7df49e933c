import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/**
 * A chart of Chart.js that is drawn anew when its data change, in the colours of the page it
 * stands on, bright or dark.
 */
export class DashboardChart extends Component {
    static template = "caredesk_ticket.DashboardChart";
    static props = {
        label: String,
        /** Returns the configuration, given the colours `{ text, grid }`. */
        config: Function,
        /** Called with the index of the data set and that of the value which was pressed. */
        onPick: Function,
        /** Changes whenever the data do. */
        data: Object,
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.data]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        this.chart?.destroy();
        const text = getComputedStyle(this.canvas.el).color;
        const config = this.props.config({ text, grid: "rgba(128, 128, 128, 0.2)" });
        config.options = {
            animation: false,
            maintainAspectRatio: false,
            ...config.options,
            onClick: (event) => this.onClick(event),
            onHover: (event, items) => {
                event.native.target.style.cursor = items.length ? "pointer" : "";
            },
        };
        this.chart = new window.Chart(this.canvas.el, config);
    }

    onClick(event) {
        const [item] = this.chart.getElementsAtEventForMode(
            event.native,
            "nearest",
            { intersect: false },
            false
        );
        if (item) {
            this.props.onPick(item.datasetIndex, item.index);
        }
    }
}
