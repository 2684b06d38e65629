import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatInteger } from "@web/views/fields/formatters";
import {
    formatChange,
    formatDays,
    formatMeasure,
    formatMoney,
    formatRatio,
    getChange,
    getDomain,
    getFiguresOf,
    getListName,
    getMeasures,
    getTotalText,
} from "./funnel_texts";

/** Below this part of the width, what a bar says stands beside it. */
const NARROW = 18;

export class FunnelRenderer extends Component {
    static template = "winerp_crm_pipeline.FunnelRenderer";
    static props = { model: Object, figures: Object, title: String };

    setup() {
        this.action = useService("action");
        Object.assign(this, {
            formatChange,
            formatDays,
            formatInteger,
            formatMeasure,
            formatMoney,
        });
        Object.assign(this, { formatRatio, getChange, getTotalText });
    }

    get figures() {
        return this.props.figures;
    }

    get isCompared() {
        return this.props.model.periods.length > 1;
    }

    get measures() {
        return getMeasures(this.isCompared);
    }

    getColumnName(column) {
        return column.name || _t("All Opportunities");
    }

    get waitingText() {
        const waiting = formatInteger(this.props.model.waiting);
        return _t(
            "Of %s opportunities, the past is still being put together: the figures will grow.",
            waiting
        );
    }

    getLostText({ now }) {
        return _t("%s lost", formatInteger(now.lost));
    }

    getTotalRatioText({ now }) {
        return _t("%s in total", formatRatio(now.conversion_total));
    }

    isNarrow(cell) {
        return cell.share * (1 - cell.shareSkipped / 100) < NARROW;
    }

    getBarTitle({ now }) {
        return _t("%(reached)s reached: %(entered)s were really there, %(skipped)s skipped it", {
            reached: formatInteger(now.reached),
            entered: formatInteger(now.reached - now.skipped),
            skipped: formatInteger(now.skipped),
        });
    }

    /** Whether a figure of the table opens its records. */
    isOpening(cell, measure) {
        return measure.type === "count" && Boolean(getFiguresOf(cell, measure)?.[measure.name]);
    }

    open(row, number, measure) {
        const { resModel, searchParams } = this.props.model;
        const column = this.figures.columns[number];
        const context = Object.entries(searchParams.context).filter(
            ([key]) => key !== "group_by" && !/^(search_default|winerp_funnel)_/.test(key)
        );
        const viewIds = Object.fromEntries(
            (this.env.config.views || []).map(([id, type]) => [type, id])
        );
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: getListName(measure.name, row.name, column.name),
            res_model: resModel,
            domain: getDomain(getFiguresOf(row.cells[number], measure), measure.name),
            context: { ...Object.fromEntries(context), active_test: false }, // lost ones are archived
            views: ["list", "kanban", "form"].map((type) => [viewIds[type] || false, type]),
            mobile_view_mode: "kanban",
            search_view_id: this.env.config.views?.find(([, type]) => type === "search"),
        });
    }
}
