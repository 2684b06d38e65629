import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** "2/5" on a card: what it has of what the next stage requires. */
export class StageChip extends Component {
    static template = "winerp_crm_pipeline.StageChip";
    static props = { ...standardFieldProps };

    get items() {
        const checklist = this.props.record.data[this.props.name];
        return (checklist ? checklist.next : []).filter((item) => item.applies);
    }

    get missing() {
        return this.items.filter((item) => !item.is_met);
    }

    get label() {
        return `${this.items.length - this.missing.length}/${this.items.length}`;
    }

    get tooltip() {
        return _t("To go on to %(stage)s: %(missing)s", {
            stage: this.props.record.data[this.props.name].next_stage,
            missing: this.missing.map((item) => item.name).join(", "),
        });
    }
}

registry.category("fields").add("stage_chip", {
    component: StageChip,
    supportedTypes: ["json"],
});
