import { Component, onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** What requirements often ask for, with one click. */
export class RequirementPresets extends Component {
    static template = "winerp_crm_pipeline.RequirementPresets";
    static props = { ...standardWidgetProps };

    setup() {
        const orm = useService("orm");
        onWillStart(async () => {
            const isWriter = await user.checkAccessRight("crm.stage.requirement", "write");
            this.presets = isWriter
                ? await orm.cache().call("crm.stage.requirement", "get_presets")
                : [];
        });
    }

    onClick({ domain }) {
        // Without a name of its own, the requirement is called what is proposed.
        return this.props.record.update({ kind: "domain", domain, name: false });
    }
}

registry.category("view_widgets").add("requirement_presets", { component: RequirementPresets });
