/** The models, views and refusals that the tests of this add-on share. */
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect } from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Stage extends models.Model {
    _name = "crm.stage";
    name = fields.Char();
    _records = [
        { id: 1, name: "New" },
        { id: 2, name: "Qualified" },
        { id: 3, name: "Quotation" },
    ];
}

class Tag extends models.Model {
    _name = "crm.tag";
    name = fields.Char();
    _records = [{ id: 1, name: "Large" }];
}

class Lead extends models.Model {
    _name = "crm.lead";
    name = fields.Char();
    phone = fields.Char();
    revenue = fields.Float();
    stage_id = fields.Many2one({ relation: "crm.stage" });
    tag_ids = fields.Many2many({ relation: "crm.tag" });
    stage_checklist = fields.Json();
    duration_tracking = fields.Json(); // for the status bar
    _onChanges = {
        stage_id(lead) {
            lead.revenue = lead.stage_id === 2 ? 40 : 10; // what follows from the stage
        },
    };
    _records = [
        { id: 1, name: "Printers", stage_id: 1 },
        { id: 2, name: "Desks", stage_id: 1, phone: "1" },
        { id: 3, name: "Chairs", stage_id: 2, phone: "1" },
    ];
}

/** To be called once in each file of tests. */
export function defineLeadModels() {
    defineMailModels();
    defineModels([Stage, Tag, Lead]);
}

export const KANBAN = `
    <kanban js_class="crm_kanban" default_group_by="stage_id" on_create="quick_create">
        <field name="stage_id"/>
        <templates><t t-name="card"><field name="name"/></t></templates>
    </kanban>`;

export const FORM = `
    <form js_class="crm_form">
        <header>
            <field name="stage_id" widget="stage_status_bar" options="{'clickable': 1}" on_change="1"/>
        </header>
        <field name="name"/><field name="phone"/><field name="revenue"/>
        <field name="tag_ids" widget="many2many_tags"/>
    </form>`;

export const makeLeadList = (options = 'multi_edit="1"', nodes = "") => `
    <list js_class="winerp_lead_list" ${options}>
        <field name="name"/><field name="stage_id"/>${nodes}
    </list>`;

export function refusal(lead, names, options = {}) {
    const nodes = names.map((name) => `<field name="${name}" required="1"/>`).join("");
    const missing = names.map((name, index) => ({
        id: index + 1,
        name,
        field_name: name,
        level: "block",
    }));
    return makeServerError({
        errorName: "odoo.addons.winerp_crm_pipeline.exceptions.StageRequirementError",
        message: "Refused",
        context: {
            stage_id: 2,
            leads: [{ ...lead, stage_id: 2, missing }],
            dialog: {
                stage_name: "Qualified",
                can_override: false,
                conditions: [],
                form: {
                    arch: `<form><group>${nodes}</group></form>`,
                    required: names,
                    models: {
                        "crm.lead": {
                            fields: Object.fromEntries(
                                names.map((name) => [
                                    name,
                                    {
                                        name,
                                        string: name,
                                        type: name === "revenue" ? "float" : "char",
                                    },
                                ])
                            ),
                        },
                    },
                },
                ...options,
            },
        },
    });
}

export const PRINTERS = { id: 1, name: "Printers" };

/** Refuse a move as long as a field is empty. */
export function requirePhone() {
    onRpc("crm.lead", "web_save", ({ args: [ids, vals] }) => {
        expect.step(`save ${ids} ${JSON.stringify(vals)}`);
        if (vals.stage_id === 2 && !vals.phone) {
            throw refusal(PRINTERS, ["phone"]);
        }
    });
}

export const drop = (name) =>
    contains(`.o_kanban_record:contains(${name})`).dragAndDrop(".o_kanban_group:eq(1)");
