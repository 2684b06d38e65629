import "@crm/views/crm_form/crm_form";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { Field } from "@web/views/fields/field";
import { isFilled } from "./filled";
import { getChecklist } from "./checklist";

const { Record } = registry.category("views").get("crm_form").Model;

patch(Record.prototype, {
    /** Names of the fields that the stage of the opportunity requires, as it is being edited. */
    get stageRequiredFields() {
        if (this.resModel !== "crm.lead" || !this.data.stage_checklist) {
            return [];
        }
        return getChecklist(this)
            .current.filter((item) => item.field_name && item.level === "block")
            .map((item) => item.field_name);
    },

    /**
     * Whether a field may not be left empty. One that was empty before the rule came may:
     * the opportunity stays editable. Who may override is asked by the dialog, which offers that.
     */
    _isHeldByStage(fieldName) {
        return (
            this.stageRequiredFields.includes(fieldName) &&
            (this.isNew
                ? !this.data.stage_checklist.can_override
                : isFilled(this.fields[fieldName], this._values[fieldName]))
        );
    },

    _isRequired(fieldName) {
        return super._isRequired(fieldName) || this._isHeldByStage(fieldName);
    },

    /** Numbers, boxes and stars, which Odoo never finds empty, are checked too. */
    _checkValidity({ silent, displayNotification, removeInvalidOnly } = {}) {
        const isValid = super._checkValidity(...arguments);
        const empty = this.stageRequiredFields.filter(
            (name) =>
                name in this.activeFields &&
                !this._isInvisible(name) &&
                !isFilled(this.fields[name], this.data[name]) &&
                this._isHeldByStage(name)
        );
        if (!empty.length || removeInvalidOnly) {
            return isValid;
        }
        if (!silent) {
            for (const name of empty) {
                this._unsetRequiredFields.add(name);
                this._invalidFields.add(name);
            }
            if (isValid && displayNotification) {
                this._closeInvalidFieldsNotification = this._displayInvalidFieldNotification();
            }
        }
        return false;
    },
});

patch(Field.prototype, {
    get classNames() {
        const classNames = super.classNames;
        if (this.props.record.stageRequiredFields?.includes(this.props.name)) {
            classNames.o_required_modifier = true;
        }
        return classNames;
    },
});
