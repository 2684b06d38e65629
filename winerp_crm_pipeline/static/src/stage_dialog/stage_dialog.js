import { Component, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { omit } from "@web/core/utils/objects";
import { useAnnouncement, useReturnedFocus } from "./dialog_access";
import { StageForm } from "./stage_form";
import { isChanged } from "./stage_guard";
import { StageReason, useOverride } from "./stage_override";
import { isStageRefusal, mergeValues } from "./stage_refusal";
import { remedyLabel, useRemedies } from "./stage_remedy";
import { getTitle } from "./stage_texts";

/** Asks for what a stage requires and an opportunity lacks: the missing fields, and the conditions to meet. */
export class StageDialog extends Component {
    static template = "winerp_crm_pipeline.StageDialog";
    static components = { Dialog, StageForm, StageReason };
    static props = {
        close: Function,
        refusal: Object, // the context of a StageRequirementError
        ids: Array, // the opportunity; empty for one being created
        vals: { type: Object, optional: true }, // what was being written
        context: { type: Object, optional: true },
        save: { type: Function, optional: true }, // (values) => Promise
        override: { type: Function, optional: true }, // (values, reason) => Promise
        seen: { type: Object, optional: true }, // see stage_seen.js
        onDone: { type: Function, optional: true },
        onFail: { type: Function, optional: true }, // of what the salesperson has been told
        isPreview: { type: Boolean, optional: true }, // for an administrator: nothing is written
    };
    static defaultProps = { vals: {}, context: {}, seen: {}, onDone: () => {}, onFail: () => {} };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.remedies = useRemedies();
        useReturnedFocus();
        useAnnouncement(useRef("introduction"));
        this.override = useOverride(this);
        this.form = null;
        this.typed = {}; // of forms that were replaced after another refusal
        this.state = useState({
            refusal: this.props.refusal,
            formKey: 0,
            metIds: [],
            theirs: [], // what colleagues entered meanwhile
            message: "",
            isBusy: false,
        });
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

    get title() {
        return getTitle(this.state.refusal, this.props);
    }

    get introduction() {
        const opportunity = this.leads[0].name;
        if (!this.canSave && opportunity) {
            return _t("“%(opportunity)s” may not move to this stage as it is.", { opportunity });
        }
        return opportunity
            ? _t("“%(opportunity)s” needs the following for this stage.", { opportunity })
            : _t("The opportunity needs the following for this stage.");
    }

    /** Nothing that is filled in helps where the stage may not be entered from there; see stage_paths.PathRules. */
    get canSave() {
        return this.leads[0].missing.some(({ id }) => id >= 0);
    }

    get missingNames() {
        return this.leads[0].missing.map((requirement) => requirement.name).join(", ");
    }

    isMet(condition) {
        return this.state.metIds.includes(condition.id);
    }

    remedyLabel(remedy) {
        return remedyLabel(remedy);
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
            await this.onError(error);
        } finally {
            this.state.isBusy = false;
        }
    }

    onError(error) {
        if (error.isAnswered) {
            this.props.onFail(error);
            this.props.close();
        } else if (isChanged(error)) {
            this.showTheirs(error.data.context.leads[0].values);
        } else if (isStageRefusal(error)) {
            return this.onRefusedAgain(error);
        } else {
            throw error;
        }
    }

    /** Show what colleagues entered meanwhile beside one's own; what is saved then is meant. */
    showTheirs(values) {
        this.state.theirs = values.map((value) => ({ ...value, ...this.form.describe(value) }));
        this.state.message = _t("Somebody else filled this in meanwhile. Saving replaces it.");
    }

    async useTheirs(value) {
        await this.form.take(value);
        this.state.theirs = this.state.theirs.filter(({ name }) => name !== value.name);
        this.state.message = "";
    }

    /** Keep what was typed, and ask for what is missing now. */
    async onRefusedAgain({ data }) {
        const refusal = data.context;
        const { seen } = this.props; // what the form shows, and what it will show besides
        seen.values = { ...refusal.dialog.seen?.values, ...seen.values };
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
        this.state.message = _t("Still missing: %(missing)s.", { missing: this.missingNames });
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

    moveAnyway() {
        return this.attempt(async () =>
            this.override.isRequest
                ? this.askForApproval(await this.getValues())
                : this.props.override(await this.getValues(), this.override.reason)
        );
    }

    /** An opportunity stays where it is, as if the salesperson had given up; views show that it waits. */
    async askForApproval(values) {
        let result;
        try {
            result = await this.request(values);
        } catch (error) {
            if (!isStageRefusal(error) && error.exceptionName !== "odoo.exceptions.UserError") {
                throw error;
            }
            this.state.message = error.data.message;
            return undefined;
        }
        this.notification.add(_t("Approval is asked for. You will be told."), { type: "success" });
        if (this.props.ids.length) {
            this.props.refusal.isRequested = true;
            this.props.close();
        }
        return result;
    }

    /** Return the result of the view's request for one that is created, which waits where its pipeline begins. */
    async request(values) {
        const { ids, refusal, vals, context, override } = this.props;
        const { reason } = this.override;
        if (!ids.length) {
            return override(values, reason, true);
        }
        const held = omit(mergeValues(vals, values), "stage_id");
        const args = [[this.leads[0].id], refusal.stage_id, held, reason];
        await this.orm.call("crm.lead", "action_request_stage_move", args, { context });
        return undefined;
    }

    async openRemedy({ remedy }) {
        if (remedy.field) {
            return this.form.focusField(remedy.field);
        }
        await this.remedies.open(remedy, {
            id: this.leads[0].id,
            context: this.props.context,
            onChanged: () => this.checkConditions(),
        });
    }

    async checkConditions() {
        this.state.metIds = await this.remedies.getMetIds(this.info.conditions, {
            id: this.leads[0].id,
            stageId: this.state.refusal.stage_id,
            context: this.props.context,
        });
    }
}
