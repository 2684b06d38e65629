import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { formatFloat } from "@web/core/utils/numbers";
import { formatShortCurrency } from "../short_numbers/short_numbers";
import { usePipelineLists } from "./pipeline_lists";
import { getSteps, getSum } from "./waterfall";

const SIGNS = { 1: "+", "-1": "−", 0: "" };
/** Of these it is told by how much they changed. */
const COMPARED = ["raised", "lowered"];

/** The waterfall: drawn, and as a table that says the same to the keyboard and the screen reader. */
export class PipelineChangesRenderer extends Component {
    static template = "winerp_crm_pipeline.PipelineChangesRenderer";
    static props = { model: Object };

    setup() {
        this.openList = usePipelineLists();
        this.signs = SIGNS;
    }

    get steps() {
        return getSteps(this.props.model.changes);
    }

    get sum() {
        return getSum(this.props.model.changes);
    }

    get velocity() {
        return this.props.model.velocity;
    }

    get needed() {
        const { minimum, opportunities } = this.velocity;
        return _t("Decided in the period: %(count)s. Needed: %(minimum)s, with one won.", {
            count: this.number(opportunities),
            minimum: this.number(minimum),
        });
    }

    get currencyId() {
        return user.activeCompany.currency_id;
    }

    short(amount) {
        return formatShortCurrency(amount, this.currencyId);
    }

    full(amount) {
        return formatCurrency(amount, this.currencyId);
    }

    number(value, decimals = 0) {
        return formatFloat(value, { digits: [0, decimals], trailingZeros: false });
    }

    openStep(step) {
        const { from } = this.props.model.moments;
        const since = COMPARED.includes(step.name) ? serializeDateTime(from) : undefined;
        return step.count && this.openList(step.label, step.domain, since);
    }

    openDecided(name) {
        const label = name === "won" ? _t("Won") : _t("Decided");
        return this.openList(label, this.velocity.domains[name]);
    }
}
