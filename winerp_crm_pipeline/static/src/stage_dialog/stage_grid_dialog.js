import { Component, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useAnnouncement, useReturnedFocus } from "./dialog_access";
import { StageGrid } from "./stage_grid";
import { StageReason, useOverride } from "./stage_override";
import { mergeValues } from "./stage_refusal";
import { getTitle } from "./stage_texts";

/** Asks for what several opportunities lack, in one grid: saves what is complete, keeps the rest. */
export class StageGridDialog extends Component {
    static template = "winerp_crm_pipeline.StageGridDialog";
    static components = { Dialog, StageGrid, StageReason };
    static props = {
        close: Function,
        refusal: Object, // the context of a StageRequirementError; its dialog has `fill_in`
        ids: Array, // all opportunities concerned, also those that lack nothing
        vals: { type: Object, optional: true }, // what was being written to all
        valsOf: { type: Function, optional: true }, // (id) => what was being written to one
        stageIds: { optional: true }, // see crm.lead.get_fill_in
        context: { type: Object, optional: true },
        override: { type: Function, optional: true }, // (values, reason) => Promise
        onSaved: Function, // of ids, each time
        onDone: Function, // of the result of `override`
    };
    static defaultProps = { vals: {}, context: {} };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        useReturnedFocus();
        useAnnouncement(useRef("introduction"));
        this.override = useOverride(this);
        const fillIn = this.props.refusal.dialog.fill_in;
        this.grid = null;
        this.rows = fillIn.rows;
        this.moreIds = fillIn.more_ids;
        const shownIds = new Set([...fillIn.rows.map(({ id }) => id), ...fillIn.more_ids]);
        this.otherIds = this.props.ids.filter((id) => !shownIds.has(id)); // they lack nothing
        this.state = useState({ message: "", isBusy: false, hasSaved: false });
    }

    get title() {
        return getTitle(this.props.refusal, this.props);
    }

    get moreText() {
        return _t("%(count)s more follow.", { count: this.moreIds.length });
    }

    valsOf(id) {
        return this.props.valsOf ? this.props.valsOf(id) : this.props.vals;
    }

    /** Save what is complete; what was refused, or is not complete, stays. */
    async save() {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        this.state.message = "";
        try {
            const complete = await this.grid.getComplete();
            const ids = [...this.otherIds, ...Object.keys(complete).map(Number)];
            if (ids.length) {
                await this.saveRows(ids, complete);
            } else {
                this.state.message = _t("No row is complete yet.");
                this.grid.focusEmpty();
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    async saveRows(ids, complete, options = {}) {
        const values = ids.map((id) => [id, mergeValues(this.valsOf(id), complete[id] || {})]);
        const seen = this.rows.map((row) => [row.id, row.seen]);
        const result = await this.orm.call("crm.lead", "action_fill_in", [ids], {
            values: Object.fromEntries(values),
            seen: Object.fromEntries(seen),
            context: this.props.context,
            ...options,
        });
        this.otherIds = [];
        this.props.onSaved(result.saved_ids);
        this.state.hasSaved ||= result.saved_ids.length > 0;
        if (result.gone_ids.length) {
            this.notification.add(
                _t("%(count)s opportunities have been deleted meanwhile.", {
                    count: result.gone_ids.length,
                }),
                { type: "warning" }
            );
        }
        if (result.requested_ids?.length) {
            this.props.refusal.isRequested = true;
            const message = _t("Approval is asked for. You will be told.");
            this.notification.add(message, { type: "success" });
        }
        await this.showRest(ids, result);
    }

    async showRest(ids, answer) {
        const { saved_ids: savedIds, requested_ids: requestedIds = [], fill_in: fillIn } = answer;
        const refused = Object.fromEntries((fillIn ? fillIn.rows : []).map((row) => [row.id, row]));
        const isLeft = (row) => !ids.includes(row.id) || row.id in refused;
        const left = this.rows.filter(isLeft).map((row) => {
            const again = refused[row.id] || row;
            return { ...again, fields: [...new Set([...row.fields, ...again.fields])] };
        });
        const known = this.rows.map(({ id }) => id);
        left.push(...Object.values(refused).filter(({ id }) => !known.includes(id)));
        if (left.length) {
            const count = left.length + this.moreIds.length;
            this.state.message = requestedIds.length
                ? _t("Approval is asked for %(requested)s, %(left)s are left.", {
                      requested: requestedIds.length,
                      left: count,
                  })
                : _t("%(saved)s saved, %(left)s still to be filled in.", {
                      saved: savedIds.length,
                      left: count,
                  });
            await this.show({
                form: false,
                columns: [],
                more_ids: this.moreIds,
                ...fillIn,
                rows: left,
            });
            this.grid.focusEmpty();
        } else if (this.moreIds.length) {
            const args = [this.moreIds, this.props.stageIds];
            const context = this.props.context;
            await this.show(await this.orm.call("crm.lead", "get_fill_in", args, { context }));
        } else {
            this.props.close();
        }
    }

    async show(fillIn) {
        this.rows = fillIn.rows;
        this.moreIds = fillIn.more_ids;
        await this.grid.show(fillIn);
    }

    /** Move all, or save what lacks nothing and ask for the approval of the rest, with what was typed there. */
    async moveAnyway() {
        if (this.override.isRequest) {
            return this.askForApproval();
        }
        this.props.onDone(await this.props.override({}, this.override.reason));
        this.props.close();
    }

    async askForApproval() {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        this.override.isAsked = false;
        try {
            const typed = await this.grid.getTyped();
            const ids = [...this.otherIds, ...Object.keys(typed).map(Number)];
            await this.saveRows(ids, typed, { request_reason: this.override.reason });
        } finally {
            this.state.isBusy = false;
        }
    }
}
