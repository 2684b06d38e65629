import { Component, onMounted, onWillStart, useRef, useSubEnv } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { parseXML } from "@web/core/utils/xml";
import { Record } from "@web/model/record";
import { extractFieldsFromArchInfo, parseServerValue } from "@web/model/relational_model/utils";
import { loadSubViews } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { getDefaultConfig } from "@web/views/view";
import { isFilled } from "../stage_checklist/filled";

const FOCUSABLE =
    ".o_field_widget :is(input, textarea, select, [contenteditable=true], [tabindex='0'])";
const SCALAR_TYPES = [
    "char",
    "text",
    "integer",
    "float",
    "monetary",
    "boolean",
    "date",
    "datetime",
    "selection",
];

/** The fields of the form, and what is done with them. */
class StageFormFields extends Component {
    static template = "winerp_crm_pipeline.StageFormFields";
    static components = { Renderer: formView.Renderer };
    static props = {
        record: Object,
        archInfo: Object,
        required: Array,
        vals: Object,
        onReady: Function,
        onEnter: Function,
    };

    setup() {
        this.rootRef = useRef("root");
        this.Compiler = formView.Compiler;
        onWillStart(() => this.applyPending());
        onMounted(() => {
            const input = this.rootRef.el.querySelector(FOCUSABLE);
            input?.focus();
            input?.select?.();
            this.props.onReady(this);
        });
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
        const empty = this.required.filter(
            (name) => !isFilled(record.fields[name], record.data[name])
        );
        await Promise.all(empty.map((name) => record.setInvalidField(name)));
        if (isValid && !empty.length) {
            return true;
        }
        this.focusInvalid();
        return false;
    }

    focusInvalid() {
        // The class of an invalid field comes with the next rendering.
        const fields = [...this.rootRef.el.querySelectorAll(".o_field_widget[name]")];
        const { record } = this.props;
        fields
            .find((field) => record.isFieldInvalid(field.getAttribute("name")))
            ?.querySelector("input, textarea, select")
            ?.focus();
    }

    /** What to write. A field that was left as it is stored stays so, whatever was being written. */
    async getValues() {
        const asStored = this.required.map((name) => [name, undefined]);
        return { ...Object.fromEntries(asStored), ...(await this.props.record.getChanges()) };
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
            hooks: { onRootLoaded: (record) => this.onLoaded(record) },
            ...extractFieldsFromArchInfo(this.archInfo, fields),
        };
        const names = Object.keys(this.recordProps.activeFields);
        if (form.values && names.every((name) => name in form.values)) {
            this.recordProps.values = form.values; // all that the form shows came with the refusal
        }
    }

    onLoaded(record) {
        delete this.recordProps.values; // a later rendering would begin anew with them
        for (const name in record.activeFields) {
            record.resetFieldValidity(name); // that they are empty is why we ask
        }
    }
}
