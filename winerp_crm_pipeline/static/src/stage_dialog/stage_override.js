import { Component, onMounted, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { isFilled } from "../stage_checklist/filled";

/** Asks why opportunities may move although information is missing. */
export class StageReason extends Component {
    static template = "winerp_crm_pipeline.StageReason";
    static props = { override: Object };

    setup() {
        const reasonRef = useRef("reason");
        onMounted(() => reasonRef.el.focus());
    }
}

/**
 * The way around what is missing, for those who may: a button, then a reason.
 *
 * @param {Component} dialog with the props `override`, a function of values and reason, and `ids`
 */
export function useOverride({ props }) {
    return useState({
        isAsked: false,
        reason: "",
        label: props.ids.length ? _t("Move Anyway") : _t("Create Anyway"),
        isOffered: Boolean(props.override && props.refusal.dialog.can_override),
        get hasReason() {
            return isFilled({ type: "char" }, this.reason);
        },
    });
}
