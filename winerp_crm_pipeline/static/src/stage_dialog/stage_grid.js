import { Component, onMounted, onPatched, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { parseXML } from "@web/core/utils/xml";
import { Record } from "@web/model/record";
import { extractFieldsFromArchInfo, getFieldsSpec } from "@web/model/relational_model/utils";
import { formView } from "@web/views/form/form_view";
import { isX2Many } from "@web/views/utils";
import { isFilled } from "../stage_checklist/filled";
import { FOCUSABLE, SCALAR_TYPES } from "./form_fields";
import { StageGridCells } from "./stage_grid_cells";
import { remedyLabel, useRemedies } from "./stage_remedy";

// What can be given to all rows at once.
const COMMON_TYPES = [...SCALAR_TYPES, "many2one"];

/** Several opportunities and what each lacks: a row for each, a column for each field, in the widgets of the form. */
export class StageGrid extends Component {
    static template = "winerp_crm_pipeline.StageGrid";
    static components = { Record, StageGridCells };
    static props = {
        fillIn: Object, // see crm.lead.get_fill_in
        context: Object,
        onReady: Function,
        onEnter: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.remedies = useRemedies();
        this.rootRef = useRef("root");
        this.records = {}; // of the rows that are shown, by id
        this.typed = {}; // what is put in again where a later answer of the server asks for more
        this.state = useState({ rows: [], columns: [], formKey: 0 });
        onWillStart(() => this.show(this.props.fillIn));
        onMounted(() => {
            this.label();
            this.focus(this.cells[0]);
            this.props.onReady(this);
        });
        onPatched(() => this.label());
    }

    /** Show rows: those that are shown already keep what was typed. */
    async show({ rows, form, columns }) {
        const shown = (this.columns || []).map(({ name }) => name);
        if (form && columns.some((name) => !shown.includes(name))) {
            await this.keepTyped();
            await this.readForm(form, columns, rows);
            this.state.formKey++;
        }
        this.state.rows = rows;
        this.state.columns = (this.columns || []).filter(({ name }) =>
            rows.some((row) => row.fields.includes(name))
        );
    }

    async keepTyped() {
        for (const [id, record] of Object.entries(this.records)) {
            const names = Object.keys(await record.getChanges());
            this.typed[id] = pick(
                record.data,
                ...names.filter((name) => COMMON_TYPES.includes(this.fields[name].type))
            );
        }
        this.records = {};
    }

    async readForm({ arch, models }, columns, rows) {
        const archInfo = new formView.ArchParser().parse(parseXML(arch), models, "crm.lead");
        const { fields } = models["crm.lead"];
        const infos = Object.values(archInfo.fieldNodes);
        const { activeFields, fields: allFields } = extractFieldsFromArchInfo(archInfo, fields);
        this.fields = fields;
        this.columns = columns.map((name) => {
            const info = infos.find((node) => node.name === name);
            const isCommon = COMMON_TYPES.includes(fields[name].type);
            return { name, info, isCommon, label: info.string || fields[name].string };
        });
        const specification = getFieldsSpec(activeFields, allFields, {});
        const ids = rows.map((row) => row.id);
        const values = await this.orm.webRead("crm.lead", ids, {
            specification,
            context: this.props.context,
        });
        const recordProps = {
            resModel: "crm.lead",
            mode: "edit",
            context: this.props.context,
            fields: allFields,
            activeFields,
        };
        this.rowProps = Object.fromEntries(
            values.map((row) => [row.id, { ...recordProps, resId: row.id, values: row }])
        );
        this.commonProps = {
            ...recordProps,
            resId: false,
            values: Object.fromEntries(
                Object.keys(activeFields).map((name) => {
                    const empty = isX2Many(allFields[name]) ? [] : false;
                    // What the columns need besides, as a currency, is that of a row.
                    return [name, columns.includes(name) ? empty : values[0][name]];
                })
            ),
            hooks: { onRecordChanged: (record, changes) => this.giveAll(record, changes) },
        };
        this.given = {};
    }

    get commonNames() {
        return (this.columns || []).filter(({ isCommon }) => isCommon).map(({ name }) => name);
    }

    get hasCommon() {
        return this.state.rows.length > 1 && this.state.columns.some(({ isCommon }) => isCommon);
    }

    get commonLabel() {
        return _t("The same for all");
    }

    remedyLabel(remedy) {
        return remedyLabel(remedy);
    }

    async openRemedy(row, { remedy }) {
        const { context } = this.props;
        const check = async () => {
            const options = { id: row.id, stageId: row.stage_id, context };
            const metIds = await this.remedies.getMetIds(row.others, options);
            row.others.forEach((condition) => {
                condition.isMet = metIds.includes(condition.id);
            });
        };
        await this.remedies.open(remedy, { id: row.id, context, onChanged: check });
    }

    setCommon() {
        delete this.commonProps.values; // a later rendering would begin anew with them
    }

    async setRecord(id, record) {
        delete this.rowProps[id].values; // as above
        this.records[id] = record;
        const typed = pick(this.typed[id] || {}, ...this.columns.map(({ name }) => name));
        if (Object.keys(typed).length) {
            await record.update(typed);
        }
    }

    /** Give all rows what is typed at the head, but those that were given something else by hand. */
    async giveAll(common, changes) {
        for (const name of Object.keys(changes).filter((key) => this.commonNames.includes(key))) {
            const value = common.data[name];
            const before = this.given[name];
            const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
            const rows = this.state.rows.filter((row) => {
                const current = this.records[row.id]?.data[name];
                return (
                    row.fields.includes(name) &&
                    (!isFilled(this.fields[name], current) || isSame(current, before))
                );
            });
            this.given[name] = value;
            await Promise.all(rows.map((row) => this.records[row.id].update({ [name]: value })));
        }
    }

    // ------------------------------------------------------------
    // KEYS
    // ------------------------------------------------------------

    get cells() {
        return [...this.rootRef.el.querySelectorAll("tbody td[data-name]")].filter((cell) =>
            cell.querySelector(FOCUSABLE)
        );
    }

    focus(cell) {
        const input = cell?.querySelector(FOCUSABLE);
        input?.focus();
        input?.select?.();
    }

    onKeydown(ev) {
        // Fields that use a key, as lists of choices do, have prevented its default.
        const cell = ev.target.closest("td[data-name]");
        if (ev.defaultPrevented || !cell || !ev.target.matches("input")) {
            return;
        }
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.props.onEnter();
        } else if (["ArrowDown", "ArrowUp"].includes(ev.key)) {
            ev.preventDefault();
            const column = [
                ...this.rootRef.el.querySelectorAll(`td[data-name="${cell.dataset.name}"]`),
            ].filter((other) => other.querySelector(FOCUSABLE));
            this.focus(column[column.indexOf(cell) + (ev.key === "ArrowDown" ? 1 : -1)]);
        }
    }

    /** Say which field of which opportunity an input is, and that it must be filled in. */
    label() {
        for (const cell of this.rootRef.el.querySelectorAll("td[data-name]")) {
            for (const input of cell.querySelectorAll("input, textarea, select")) {
                input.setAttribute("aria-label", cell.dataset.label);
                if (cell.closest("tbody")) {
                    input.setAttribute("aria-required", "true");
                }
            }
        }
    }

    // ------------------------------------------------------------
    // VALUES
    // ------------------------------------------------------------

    /**
     * Return what the complete rows are given, and mark what is still to be filled in where something was typed.
     *
     * @returns {Promise<Object>} `{id: values}`
     */
    async getComplete() {
        const complete = {};
        for (const row of this.state.rows) {
            const record = this.records[row.id];
            if (!record || !row.fields.length) {
                if (row.others.every(({ isMet }) => isMet)) {
                    complete[row.id] = {}; // there was nothing to fill in here
                }
                continue;
            }
            const changes = await record.getChanges();
            const isValid = await record.checkValidity();
            const empty = row.fields.filter(
                (name) => !isFilled(this.fields[name], record.data[name])
            );
            if (isValid && !empty.length) {
                // What was left as it is stored stays so, whatever was being written.
                const asStored = row.fields.map((name) => [name, undefined]);
                complete[row.id] = { ...Object.fromEntries(asStored), ...changes };
            } else if (Object.keys(changes).length) {
                await Promise.all(empty.map((name) => record.setInvalidField(name)));
            }
        }
        return complete;
    }

    /** Return what was typed in all rows, complete or not: `{id: values}`. */
    async getTyped() {
        const ids = this.state.rows.map(({ id }) => id);
        const changes = ids.map(async (id) => [id, (await this.records[id]?.getChanges()) || {}]);
        return Object.fromEntries(await Promise.all(changes));
    }

    /** Go to the first cell that is still empty. */
    focusEmpty() {
        const cell = this.cells.find((one) => {
            const record = this.records[one.dataset.row];
            const { name } = one.dataset;
            return record && !isFilled(this.fields[name], record.data[name]);
        });
        this.focus(cell);
    }
}
