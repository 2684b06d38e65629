import { Component, onMounted, onWillStart, useEffect, useRef, useSubEnv } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { parseXML } from "@web/core/utils/xml";
import { Record } from "@web/model/record";
import { extractFieldsFromArchInfo, parseServerValue } from "@web/model/relational_model/utils";
import { loadSubViews } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { getDefaultConfig } from "@web/views/view";
import { isFilled, isPropertyFilled } from "../stage_checklist/filled";
import { FOCUSABLE, SCALAR_TYPES } from "./form_fields";
import { KeptValues } from "./kept_values";

const DATE_TYPES = ["date", "datetime"];

/** The fields of the form, and what is done with them. */
class StageFormFields extends Component {
    static template = "winerp_crm_pipeline.StageFormFields";
    static components = { Renderer: formView.Renderer };
    static props = {
        record: Object,
        archInfo: Object,
        required: Array,
        properties: Array, // names of those that are asked for one by one
        vals: Object,
        onReady: Function,
        onEnter: Function,
    };

    setup() {
        this.rootRef = useRef("root");
        this.Compiler = formView.Compiler;
        onWillStart(() => this.applyPending());
        onMounted(() => {
            const first = this.rootRef.el.querySelector(`.o_field_widget[name]:has(${FOCUSABLE})`);
            this.focusField(first?.getAttribute("name"));
            this.props.onReady(this);
        });
        useEffect(() => this.markRequired());
    }

    /** A screen reader says which fields must be filled in; Odoo's fields only look like it. */
    markRequired() {
        for (const name of this.required) {
            const inputs = this.rootRef.el.querySelectorAll(
                `.o_field_widget[name="${name}"] :is(input, textarea, select)`
            );
            for (const input of inputs) {
                input.setAttribute("aria-required", "true");
            }
        }
    }

    get className() {
        return `o_form_view o_winerp_stage_form o_field_highlight p-0 ${this.env.isSmall ? "o_xxs_form_view" : ""}`;
    }

    /** Names of the fields that are to be filled in. */
    get required() {
        return this.props.required.filter((name) => name in this.props.record.activeFields);
    }

    /** Show values that are being written. A value that was cleared is not: the old one is what to go back to. */
    async applyPending() {
        const { record, vals } = this.props;
        const pending = Object.entries(record.isNew ? {} : vals).filter(
            ([name, value]) =>
                value &&
                name in record.activeFields &&
                SCALAR_TYPES.includes(record.fields[name].type)
        );
        if (pending.length) {
            const changes = pending.map(([name, value]) => [
                name,
                parseServerValue(record.fields[name], value),
            ]);
            await record.update(Object.fromEntries(changes));
        }
    }

    /**
     * Mark what is still to be filled in, numbers and boxes included, which Odoo's own check leaves out.
     *
     * @returns {Promise<boolean>} whether nothing is
     */
    async checkFilled() {
        const { record } = this.props;
        const isValid = await record.checkValidity();
        const empty = this.required.filter((name) => !this.isFilled(name));
        await Promise.all(empty.map((name) => record.setInvalidField(name)));
        if (isValid && !empty.length) {
            return true;
        }
        this.focusInvalid();
        return false;
    }

    isFilled(name) {
        const { properties, record } = this.props;
        const value = record.data[name];
        return record.fields[name].type === "properties" && properties.length
            ? properties.every((property) => isPropertyFilled(value, property))
            : isFilled(record.fields[name], value);
    }

    focusInvalid() {
        // The class of an invalid field comes with the next rendering.
        const { record } = this.props;
        const names = Object.keys(record.activeFields);
        this.focusField(names.find((name) => record.isFieldInvalid(name)));
    }

    /** On a phone, the calendar of a date would open over the rest. */
    focusField(name) {
        const field = this.rootRef.el.querySelector(`.o_field_widget[name="${name}"]`);
        field?.scrollIntoView({ block: "nearest" });
        if (!this.env.isSmall || !DATE_TYPES.includes(this.props.record.fields[name]?.type)) {
            const input = field?.querySelector(FOCUSABLE);
            input?.focus();
            input?.select?.();
        }
    }

    /** What to write. A field that was left as it is stored stays so, whatever was being written. */
    async getValues() {
        const asStored = this.required.map((name) => [name, undefined]);
        return { ...Object.fromEntries(asStored), ...(await this.props.record.getChanges()) };
    }

    /** Return label and text of a value that a colleague entered. */
    describe({ name, value, display_name }) {
        const field = this.props.record.fields[name];
        const format = registry.category("formatters").get(field.type, String);
        const parsed = this.parse({ name, value, display_name });
        return {
            label: field.string,
            text: format(parsed, { field, data: this.props.record.data }),
        };
    }

    parse({ name, value, display_name }) {
        const field = this.props.record.fields[name];
        const isRecord = field.type === "many2one" && value;
        return parseServerValue(field, isRecord ? { id: value, display_name } : value);
    }

    /** Put in a value that a colleague entered. */
    take(value) {
        return this.props.record.update({ [value.name]: this.parse(value) });
    }

    onKeydown(ev) {
        // Fields that use the key, as lists of choices do, have prevented its default.
        if (ev.key === "Enter" && !ev.defaultPrevented && ev.target.matches("input")) {
            ev.preventDefault();
            this.props.onEnter();
        }
    }
}

/** The form of an opportunity, with just the fields that the server found missing. */
export class StageForm extends Component {
    static template = "winerp_crm_pipeline.StageForm";
    static components = { Record, StageFormFields };
    static props = {
        form: {
            type: Object,
            shape: {
                arch: String,
                models: Object,
                required: Array,
                properties: { type: Array, optional: true },
                values: { type: [Object, Boolean], optional: true },
            },
        },
        resId: { type: [Number, Boolean] },
        vals: Object, // what is being written, of which only a part is shown
        context: Object,
        onReady: Function,
        onEnter: Function,
    };

    setup() {
        this.viewService = useService("view");
        useSubEnv({ config: getDefaultConfig() });
        const { arch, models } = this.props.form;
        this.archInfo = new formView.ArchParser().parse(parseXML(arch), models, "crm.lead");
        onWillStart(() => this.prepareRecord());
    }

    async prepareRecord() {
        const { context, form, resId, vals } = this.props;
        const { fieldNodes } = this.archInfo;
        const { fields } = form.models["crm.lead"];
        const { isSmall } = this.env;
        await loadSubViews(fieldNodes, fields, context, "crm.lead", this.viewService, isSmall);
        const defaults = Object.entries(resId ? {} : vals).filter(([, value]) => value);
        this.recordProps = {
            resModel: "crm.lead",
            resId,
            mode: "edit",
            context: {
                ...context,
                ...Object.fromEntries(defaults.map(([name, value]) => [`default_${name}`, value])),
            },
            hooks: {
                onRootLoaded: (record) => this.onLoaded(record),
                onRecordChanged: (record) => this.kept.onChanged(record),
            },
            ...extractFieldsFromArchInfo(this.archInfo, fields),
        };
        const names = Object.keys(this.recordProps.activeFields);
        if (form.values && names.every((name) => name in form.values)) {
            this.recordProps.values = form.values; // all that the form shows came with the refusal
        }
    }

    onLoaded(record) {
        delete this.recordProps.values; // a later rendering would begin anew with them
        this.kept = new KeptValues(record);
        for (const name in record.activeFields) {
            record.resetFieldValidity(name); // that they are empty is why we ask
        }
    }
}
