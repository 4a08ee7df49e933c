import { Component } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";

import { DashboardChart } from "./dashboard_chart";

const { DateTime } = luxon;

const COLORS = { received: "#4EA7F2", completed: "#43C5B1" };
const SERIES = ["received", "completed"];
/** The year of a date format, with what separates it from day and month. */
const YEAR = /[^a-z]*y+[^a-z]*/i;

/** Tickets received and completed, step by step through the period. */
export class DashboardTrend extends Component {
    static template = "caredesk_ticket.DashboardTrend";
    static components = { DashboardChart };
    static props = { trend: Object, onOpen: Function };

    setup() {
        this.config = this.config.bind(this);
        this.onPick = this.onPick.bind(this);
        this.colors = COLORS;
    }

    get series() {
        return [
            { name: "received", label: _t("Received") },
            { name: "completed", label: _t("Completed") },
        ];
    }

    get title() {
        return {
            day: _t("Received and Completed per Day"),
            week: _t("Received and Completed per Week"),
            month: _t("Received and Completed per Month"),
        }[this.props.trend.unit];
    }

    /** @param {import("./dashboard_hook").TrendPoint} point */
    day(point) {
        const format =
            this.props.trend.unit === "month"
                ? "MM/yyyy"
                : localization.dateFormat.replace(YEAR, "");
        return DateTime.fromISO(point.from).toFormat(format);
    }

    config({ text, grid }) {
        const { points } = this.props.trend;
        const ticks = { color: text, maxRotation: 0, autoSkip: true, autoSkipPadding: 12 };
        return {
            type: "line",
            data: {
                labels: points.map((point) => this.day(point)),
                datasets: this.series.map(({ name, label }) => ({
                    label,
                    data: points.map((point) => point[name]),
                    borderColor: COLORS[name],
                    backgroundColor: `${COLORS[name]}22`,
                    fill: true,
                    borderWidth: 2,
                    pointRadius: 2,
                    pointHoverRadius: 5,
                    tension: 0.3,
                    cubicInterpolationMode: "monotone",
                })),
            },
            options: {
                interaction: { mode: "index", intersect: false },
                plugins: { legend: { display: false } },
                scales: {
                    x: { grid: { display: false }, ticks },
                    y: {
                        beginAtZero: true,
                        grid: { color: grid },
                        border: { display: false },
                        ticks: { ...ticks, precision: 0 },
                    },
                },
            },
        };
    }

    onPick(series, index) {
        const name = SERIES[series];
        const point = this.props.trend.points[index];
        const { label } = this.series[series];
        this.props.onOpen(`${label}: ${this.day(point)}`, point[`${name}_domain`]);
    }
}
