import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { isFilled } from "../stage_checklist/filled";

/** Asks why opportunities may move although information is missing; whom it is asked, says who decides. */
export class StageReason extends Component {
    static template = "winerp_crm_pipeline.StageReason";
    static props = { override: Object };

    setup() {
        const reasonRef = useRef("reason");
        onWillStart(() => this.props.override.prepare());
        onMounted(() => reasonRef.el?.focus());
    }
}

/**
 * The way around what is missing: a button, then a reason. Who may, moves; who may not, asks for approval.
 *
 * @param {Component} dialog with the props `override`, a function of values and reason, `refusal` and `ids`
 */
export function useOverride({ props }) {
    const orm = useService("orm");
    const { dialog, leads, stage_id: stageId } = props.refusal;
    const ids = leads.map(({ id }) => id).filter(Boolean); // none of one that is being created
    const isKnown = Boolean(ids.length || !props.ids.length);
    const isRequest = Boolean(dialog.can_request && !dialog.can_override && isKnown);
    const move = props.ids.length ? _t("Move Anyway") : _t("Create Anyway");
    return useState({
        isAsked: false,
        isRequest,
        reason: "",
        approvers: "", // of a request: who decides
        refused: "", // why it cannot be asked for
        label: isRequest ? _t("Ask for Approval") : move,
        isOffered: Boolean(props.override && (isRequest || dialog.can_override)),
        get hasReason() {
            return !this.refused && isFilled({ type: "char" }, this.reason);
        },
        async prepare() {
            if (!isRequest || !ids.length) {
                return;
            }
            const approval = await orm.call("crm.lead", "get_stage_approval", [ids, stageId]);
            const names = approval.approvers.join(", ");
            this.refused = approval.waiting;
            if (!names && !this.refused) {
                this.refused = _t("Nobody else may approve moves of this opportunity.");
            }
            this.approvers = _t("Decided by: %(approvers)s", { approvers: names });
        },
    });
}
