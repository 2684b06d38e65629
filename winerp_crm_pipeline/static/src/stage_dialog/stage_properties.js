import { registry } from "@web/core/registry";
import { PropertiesField, propertiesField } from "@web/views/fields/properties/properties_field";

/** Just the properties that a stage asks for, of all that the team has. */
export class StageProperties extends PropertiesField {
    static props = { ...PropertiesField.props, names: Array };

    get groupedPropertiesList() {
        const elements = this.propertiesList.filter(({ name }) => this.props.names.includes(name));
        return [{ title: null, name: null, elements, invisibleLabel: true }];
    }
}

registry.category("fields").add("stage_properties", {
    ...propertiesField,
    component: StageProperties,
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...propertiesField.extractProps(fieldInfo, dynamicInfo),
        names: fieldInfo.options.names,
    }),
});
