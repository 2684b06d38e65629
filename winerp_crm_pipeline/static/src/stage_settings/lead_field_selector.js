import { Component, onWillStart } from "@odoo/owl";
import { SelectMenu } from "@web/core/select_menu/select_menu";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A field of the opportunity, by its label or its technical name. */
export class LeadFieldSelector extends Component {
    static template = "winerp_crm_pipeline.LeadFieldSelector";
    static components = { SelectMenu };
    static props = { ...standardFieldProps, placeholder: { type: String, optional: true } };

    setup() {
        const orm = useService("orm");
        onWillStart(async () => {
            // They change with the modules that are installed, not while one looks at a list of them.
            const choices = await orm.cache().call("crm.stage.requirement", "get_field_choices");
            this.choices = choices.map(({ id, name, label }) => ({
                value: id,
                label: `${label} (${name})`,
                shortLabel: label,
            }));
        });
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        const choice = this.choices.find(({ value }) => value === this.value?.id);
        return choice?.label || this.value?.display_name || "";
    }

    onSelect(id) {
        const choice = this.choices.find(({ value }) => value === id);
        this.props.record.update({
            [this.props.name]: choice ? { id, display_name: choice.shortLabel } : false,
        });
    }
}

registry.category("fields").add("lead_field_selector", {
    component: LeadFieldSelector,
    supportedTypes: ["many2one"],
    extractProps: ({ attrs }) => ({ placeholder: attrs.placeholder }),
});
