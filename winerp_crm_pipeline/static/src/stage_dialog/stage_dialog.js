import { Component, onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { isFilled } from "../stage_checklist/filled";
import { StageForm } from "./stage_form";
import { isStageRefusal, mergeValues } from "./stage_refusal";

const MAX_ROWS = 10;
const MAX_FRAMES = 60; // to wait for what had the focus to be ready for it

let lastFocused = null;
browser.addEventListener("focusin", (ev) => {
    lastFocused = ev.target;
});

/**
 * Give the focus back to what had it, when nothing has it after the dialog. Odoo's own attempt fails: a field
 * of this dialog takes the focus before the dialog looks who has it, and buttons lose it while they work.
 */
function useReturnedFocus() {
    const before = lastFocused;
    onWillUnmount(async () => {
        for (let frame = 0; frame < MAX_FRAMES && (frame < 1 || before?.disabled); frame++) {
            await new Promise((resolve) => browser.requestAnimationFrame(resolve));
        }
        const { activeElement, body } = document;
        if (before?.isConnected && (!activeElement || activeElement === body)) {
            before.focus();
        }
    });
}

let announcements = 0;

/** Have a screen reader say which dialog opens, and what it is for; Odoo's own dialogs have no name. */
function useAnnouncement(introductionRef) {
    const id = `winerp_stage_dialog_${++announcements}`;
    onMounted(() => {
        const introduction = introductionRef.el;
        const dialog = introduction.closest("[role=dialog]");
        dialog.querySelector(".modal-title").id = `${id}_title`;
        introduction.id = `${id}_introduction`;
        dialog.setAttribute("aria-modal", "true");
        dialog.setAttribute("aria-labelledby", `${id}_title`);
        dialog.setAttribute("aria-describedby", `${id}_introduction`);
    });
}

/**
 * Asks for what a stage requires and opportunities lack.
 *
 * One opportunity: a form with the missing fields and a list of the conditions to meet.
 * Several: who lacks what.
 */
export class StageDialog extends Component {
    static template = "winerp_crm_pipeline.StageDialog";
    static components = { Dialog, StageForm };
    static props = {
        close: Function,
        refusal: Object, // the context of a StageRequirementError
        ids: Array, // all opportunities concerned; empty for one being created
        vals: { type: Object, optional: true }, // what was being written
        context: { type: Object, optional: true },
        save: { type: Function, optional: true }, // (values) => Promise
        override: { type: Function, optional: true }, // (values, reason) => Promise
        saveOthers: { type: Function, optional: true }, // (ids) => Promise
        onDone: { type: Function, optional: true },
        isPreview: { type: Boolean, optional: true }, // for an administrator: nothing is written
    };
    static defaultProps = { vals: {}, context: {}, onDone: () => {} };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        useReturnedFocus();
        useAnnouncement(useRef("introduction"));
        this.reasonRef = useRef("reason");
        this.form = null;
        this.typed = {}; // of forms that were replaced after another refusal
        this.state = useState({
            refusal: this.props.refusal,
            formKey: 0,
            metIds: [],
            message: "",
            isBusy: false,
            isOverriding: false,
            reason: "",
        });
        useEffect(
            (isOverriding) => isOverriding && this.reasonRef.el.focus(),
            () => [this.state.isOverriding]
        );
    }

    // ------------------------------------------------------------
    // WHAT IS SHOWN
    // ------------------------------------------------------------

    get info() {
        return this.state.refusal.dialog;
    }

    get leads() {
        return this.state.refusal.leads;
    }

    get isSingle() {
        return this.leads.length === 1 && this.props.ids.length <= 1;
    }

    get title() {
        const stage = this.info.stage_name;
        if (this.props.isPreview) {
            return _t("Preview: %(stage)s", { stage });
        }
        if (!this.props.ids.length) {
            return _t("New in %(stage)s", { stage });
        }
        if ("stage_id" in this.props.vals) {
            return _t("Move to %(stage)s", { stage });
        }
        return _t("Required in %(stage)s", { stage });
    }

    get introduction() {
        const opportunity = this.leads[0].name;
        return opportunity
            ? _t("“%(opportunity)s” needs the following for this stage.", { opportunity })
            : _t("The opportunity needs the following for this stage.");
    }

    get rows() {
        return this.leads.slice(0, MAX_ROWS).map((lead) => ({
            key: lead.id,
            name: lead.name,
            missing: lead.missing.map((requirement) => requirement.name).join(", "),
        }));
    }

    get moreRows() {
        const count = this.leads.length - MAX_ROWS;
        return count > 0 ? _t("… and %(count)s more.", { count }) : "";
    }

    get otherIds() {
        const lackingIds = new Set(this.leads.map((lead) => lead.id));
        return this.props.saveOthers ? this.props.ids.filter((id) => !lackingIds.has(id)) : [];
    }

    get saveOthersLabel() {
        const count = this.otherIds.length;
        return count === 1
            ? _t("Apply to the complete one")
            : _t("Apply to the %(count)s complete ones", { count });
    }

    get overrideLabel() {
        return this.props.ids.length ? _t("Move Anyway") : _t("Create Anyway");
    }

    get canOverride() {
        return Boolean(this.props.override && this.info.can_override);
    }

    get hasReason() {
        return isFilled({ type: "char" }, this.state.reason);
    }

    isMet(condition) {
        return this.state.metIds.includes(condition.id);
    }

    remedyLabel({ res_id, label }) {
        return res_id
            ? _t("Open %(document)s", { document: label })
            : _t("Add: %(document)s", { document: label });
    }

    // ------------------------------------------------------------
    // WHAT IS DONE
    // ------------------------------------------------------------

    async attempt(action) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        this.state.message = "";
        try {
            const result = await action();
            if (result !== undefined) {
                this.props.onDone(result);
                this.props.close();
            }
        } catch (error) {
            if (!isStageRefusal(error)) {
                throw error;
            }
            await this.onRefusedAgain(error);
        } finally {
            this.state.isBusy = false;
        }
    }

    /** Keep what was typed, and ask for what is missing now. */
    async onRefusedAgain({ data }) {
        const refusal = data.context;
        const shown = this.info.form ? this.info.form.required : [];
        const asked = refusal.dialog.form ? refusal.dialog.form.required : [];
        if (this.form && asked.some((name) => !shown.includes(name))) {
            this.typed = mergeValues(this.typed, await this.form.getValues());
            this.form = null;
            this.state.formKey++;
        } else {
            refusal.dialog.form = this.info.form;
        }
        this.state.refusal = refusal;
        this.state.message = _t("Still missing: %(missing)s.", { missing: this.rows[0].missing });
    }

    async getValues() {
        return mergeValues(this.typed, this.form ? await this.form.getValues() : {});
    }

    save() {
        return this.attempt(async () => {
            if (this.form && !(await this.form.checkFilled())) {
                this.state.message = _t("Fill in the fields that are marked.");
                return undefined;
            }
            return this.props.save(await this.getValues());
        });
    }

    override() {
        if (!this.hasReason) {
            this.reasonRef.el.focus();
            return;
        }
        return this.attempt(async () =>
            this.props.override(await this.getValues(), this.state.reason)
        );
    }

    saveOthers() {
        return this.attempt(() => this.props.saveOthers(this.otherIds));
    }

    openRemedy({ remedy }) {
        this.dialog.add(FormViewDialog, {
            resModel: remedy.model,
            resId: remedy.res_id,
            context: { ...this.props.context, ...remedy.context },
            title: this.remedyLabel(remedy),
            onRecordSaved: () => this.checkConditions(),
        });
    }

    async checkConditions() {
        const { stage_id, leads } = this.state.refusal;
        const result = await this.orm.call(
            "crm.lead",
            "get_stage_move_requirements",
            [leads.map((lead) => lead.id), stage_id],
            { context: this.props.context }
        );
        const missingIds = result.leads.flatMap((lead) =>
            lead.missing.map((requirement) => requirement.id)
        );
        this.state.metIds = this.info.conditions
            .map(({ id }) => id)
            .filter((id) => !missingIds.includes(id));
    }
}
