import { Component, onMounted, onWillStart, useRef, useState, useSubEnv } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { parseXML } from "@web/core/utils/xml";
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

/** Takes the values that came with the refusal, if they are all that the form shows, instead of asking for them. */
class StageFormModel extends formView.Model {
    setup(params) {
        super.setup(...arguments);
        this.givenValues = params.givenValues;
    }

    async _loadRecords(config) {
        const values = this.givenValues;
        this.givenValues = undefined;
        if (values && Object.keys(config.activeFields).every((name) => name in values)) {
            return [values];
        }
        return super._loadRecords(...arguments);
    }
}

/** The form of an opportunity, with just the fields that the server found missing. */
export class StageForm extends Component {
    static template = "winerp_crm_pipeline.StageForm";
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
        this.rootRef = useRef("root");
        this.Renderer = formView.Renderer;
        this.Compiler = formView.Compiler;
        useSubEnv({ config: getDefaultConfig() });
        const { arch, models } = this.props.form;
        this.archInfo = new formView.ArchParser().parse(parseXML(arch), models, "crm.lead");
        const services = Object.fromEntries(
            formView.Model.services.map((name) => [name, useService(name)])
        );
        const params = { config: this.config, givenValues: this.props.form.values };
        this.model = useState(new StageFormModel(this.env, params, services));
        onWillStart(() => this.load());
        onMounted(() => {
            const input = this.rootRef.el.querySelector(FOCUSABLE);
            input?.focus();
            input?.select?.();
            this.props.onReady(this);
        });
    }

    get config() {
        const { context, form, resId, vals } = this.props;
        const defaults = Object.entries(resId ? {} : vals).filter(([, value]) => value);
        return {
            resModel: "crm.lead",
            resId,
            resIds: resId ? [resId] : [],
            fields: form.models["crm.lead"].fields,
            activeFields: {},
            isMonoRecord: true,
            mode: "edit",
            context: {
                ...context,
                ...Object.fromEntries(defaults.map(([name, value]) => [`default_${name}`, value])),
            },
        };
    }

    get record() {
        return this.model.root;
    }

    get className() {
        return `o_form_view o_winerp_stage_form o_field_highlight p-0 ${this.env.isSmall ? "o_xxs_form_view" : ""}`;
    }

    async load() {
        const { form, context, resId, vals } = this.props;
        const fields = form.models["crm.lead"].fields;
        await loadSubViews(
            this.archInfo.fieldNodes,
            fields,
            context,
            "crm.lead",
            this.viewService,
            this.env.isSmall
        );
        Object.assign(this.model.config, extractFieldsFromArchInfo(this.archInfo, fields));
        await this.model.load();
        this.record._invalidFields.clear(); // that they are empty is why we ask
        this.model.whenReady.resolve();
        if (resId) {
            this.applyPending(pick(vals, ...this.names));
        }
    }

    /** Names of the fields that are shown. */
    get names() {
        const { activeFields } = this.record;
        return Object.keys(activeFields).filter((name) => !this.record._isInvisible(name));
    }

    /** Show values that are being written. A value that was cleared is not: the old one is what to go back to. */
    applyPending(vals) {
        const { fields } = this.record;
        const pending = Object.entries(vals).filter(
            ([name, value]) => value && SCALAR_TYPES.includes(fields[name].type)
        );
        this.record._applyChanges(
            Object.fromEntries(
                pending.map(([name, value]) => [name, parseServerValue(fields[name], value)])
            )
        );
    }

    /**
     * Mark what is still to be filled in, numbers and boxes included, which Odoo's own check leaves out.
     *
     * @returns {Promise<boolean>} whether nothing is
     */
    async checkFilled() {
        const { record } = this;
        let isComplete = await record.checkValidity();
        for (const name of this.props.form.required) {
            if (name in record.activeFields && !isFilled(record.fields[name], record.data[name])) {
                await record.setInvalidField(name);
                isComplete = false;
            }
        }
        if (!isComplete) {
            this.focusInvalid();
        }
        return isComplete;
    }

    focusInvalid() {
        // The class comes with the next rendering.
        const name = this.names.find((fieldName) => this.record.isFieldInvalid(fieldName));
        this.rootRef.el
            .querySelector(`.o_field_widget[name="${name}"]`)
            ?.querySelector("input, textarea, select")
            ?.focus();
    }

    /** What to write: the fields asked for, also those that already had a value, and what followed from them. */
    async getValues() {
        const { record } = this;
        await record.model._askChanges();
        const values = pick(
            record.data,
            ...this.props.form.required.filter((name) => name in record.activeFields)
        );
        return record._getChanges({ ...values, ...record._changes });
    }

    onKeydown(ev) {
        // Fields that use the key, as lists of choices do, have prevented its default.
        if (ev.key === "Enter" && !ev.defaultPrevented && ev.target.matches("input")) {
            ev.preventDefault();
            this.props.onEnter();
        }
    }
}
