import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** "2/5" on a card: what it has of what the next stage requires. */
export class StageChip extends Component {
    static template = "winerp_crm_pipeline.StageChip";
    static props = { ...standardFieldProps };

    /** False where nothing is missing; see crm.lead._prepare_stage_chip. */
    get chip() {
        return this.props.record.data[this.props.name];
    }

    get isWaiting() {
        return Boolean(this.chip[4]);
    }

    get label() {
        if (this.isWaiting) {
            return _t("Waiting for approval");
        }
        const [met, total] = this.chip;
        return `${met}/${total}`;
    }

    get tooltip() {
        const [, , stage, missing] = this.chip;
        if (!missing.length) {
            return "";
        }
        return _t("To go on to %(stage)s: %(missing)s", { stage, missing: missing.join(", ") });
    }
}

registry.category("fields").add("stage_chip", {
    component: StageChip,
    supportedTypes: ["json"],
});
