import { Component, onWillStart } from "@odoo/owl";
import { SelectMenu } from "@web/core/select_menu/select_menu";
import { registry } from "@web/core/registry";
import { groupBy } from "@web/core/utils/arrays";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { loadFieldChoices } from "./field_choices";

const toKey = (id, propertyName) => `${id} ${propertyName || ""}`;

/** A field of the opportunity, or one property of a team, by its label. */
export class LeadFieldSelector extends Component {
    static template = "winerp_crm_pipeline.LeadFieldSelector";
    static components = { SelectMenu };
    static props = { ...standardFieldProps, placeholder: { type: String, optional: true } };

    setup() {
        const orm = useService("orm");
        onWillStart(async () => {
            this.choices = await loadFieldChoices(orm);
        });
    }

    get field() {
        return this.props.record.data[this.props.name];
    }

    get value() {
        const { property_name: propertyName } = this.props.record.data;
        return this.field ? toKey(this.field.id, propertyName) : null;
    }

    get choice() {
        return this.choices.find((choice) => toKey(choice.id, choice.property_name) === this.value);
    }

    get label() {
        return this.choice?.label || this.field?.display_name || "";
    }

    /** By area; what was chosen before, by whatever means, is among them. */
    get groups() {
        const groups = groupBy(this.choices, ({ area }) => area);
        const toItem = ({ id, property_name: propertyName, label }) => ({
            value: toKey(id, propertyName),
            label,
        });
        const others = this.field && !this.choice ? [{ value: this.value, label: this.label }] : [];
        return [
            { choices: others },
            ...Object.entries(groups).map(([label, choices]) => ({
                label,
                choices: choices.map(toItem),
            })),
        ];
    }

    onSelect(key) {
        const choice = this.choices.find(
            ({ id, property_name }) => toKey(id, property_name) === key
        );
        if (choice) {
            const { id, label, property_name } = choice;
            this.props.record.update({
                [this.props.name]: { id, display_name: label },
                property_name: property_name || false,
            });
        }
    }
}

registry.category("fields").add("lead_field_selector", {
    component: LeadFieldSelector,
    supportedTypes: ["many2one"],
    fieldDependencies: [{ name: "property_name", type: "char" }],
    extractProps: ({ attrs }) => ({ placeholder: attrs.placeholder }),
});
