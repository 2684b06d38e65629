import { onWillStart } from "@odoo/owl";
import { DomainSelector } from "@web/core/domain_selector/domain_selector";
import { getDomainDisplayedOperators } from "@web/core/domain_selector/domain_selector_operator_editor";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { condition } from "@web/core/tree_editor/condition_tree";
import { domainFromTree } from "@web/core/tree_editor/domain_from_tree";
import { getOperatorEditorInfo } from "@web/core/tree_editor/tree_editor_operator_editor";
import { useService } from "@web/core/utils/hooks";
import { DomainField, domainField } from "@web/views/fields/domain/domain_field";
import { loadFieldChoices } from "./field_choices";

const ORDERED_TYPES = ["date", "datetime", "float", "integer", "monetary"];
const KEPT_BY_ODOO = /^(message_|activity_|rating_|website_message|my_activity)/;
// What a new line of a condition says until it is changed.
const FIRST_CONDITION = condition("expected_revenue", ">=", 0);

/** Odoo's own labels of these are too long for their column. */
const getOperatorLabel = (operator) => ({ ">=": _t("at least"), "<=": _t("at most") })[operator];

/** Odoo's own editor of conditions, with the fields that people fill in, and "at least" and "at most". */
export class LeadDomainSelector extends DomainSelector {
    setup() {
        super.setup();
        const orm = useService("orm");
        onWillStart(async () => {
            const choices = await loadFieldChoices(orm);
            this.names = new Set(["lead_properties", ...choices.map(({ name }) => name)]);
        });
    }

    getShowArchivedCheckBox() {
        return false;
    }

    getDefaultCondition() {
        return FIRST_CONDITION;
    }

    getOperatorEditorInfo(fieldDef) {
        const operators = getDomainDisplayedOperators(fieldDef);
        const ordered = ORDERED_TYPES.includes(fieldDef?.type) ? [">=", "<="] : [];
        const info = getOperatorEditorInfo([...ordered, ...operators], fieldDef);
        const extractProps = (params) => {
            const props = info.extractProps(params);
            const options = props.options.map(([key, label]) => [
                key,
                getOperatorLabel(key) || label,
            ]);
            return { ...props, options };
        };
        return { ...info, extractProps };
    }

    getPathEditorInfo(resModel, defaultCondition) {
        const info = super.getPathEditorInfo(resModel, defaultCondition);
        return {
            ...info,
            extractProps: (params) => ({
                ...info.extractProps(params),
                filter: (fieldDef, _path, model) => this.isUseful(fieldDef, model),
            }),
        };
    }

    isUseful(fieldDef, model) {
        if (!fieldDef.searchable || ["json", "separator"].includes(fieldDef.type)) {
            return false;
        }
        return model === "crm.lead" && !fieldDef.is_property
            ? this.names.has(fieldDef.name)
            : !KEPT_BY_ODOO.test(fieldDef.name);
    }
}

export class LeadDomainField extends DomainField {
    static components = { ...DomainField.components, DomainSelector: LeadDomainSelector };

    setup() {
        super.setup();
        this.getDefaultLeafDomain = () => domainFromTree(FIRST_CONDITION);
    }
}

registry.category("fields").add("lead_domain", { ...domainField, component: LeadDomainField });
