import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/** What the link is called that leads to what meets a condition; see `crm.lead._prepare_remedy`. */
export function remedyLabel({ field, model, res_id, label }) {
    if (field) {
        return _t("Fill In");
    }
    if (model === "mail.activity") {
        return _t("Schedule Activity");
    }
    return res_id
        ? _t("Open %(document)s", { document: label })
        : _t("Add: %(document)s", { document: label });
}

/** The ways to meet conditions that are no field of what is shown. */
export function useRemedies() {
    const dialog = useService("dialog");
    const orm = useService("orm");
    const store = useService("mail.store");

    /**
     * @param {Object} remedy see `crm.lead._prepare_remedy`
     * @param {Object} options
     * @param {number} options.id the opportunity
     * @param {Object} [options.context]
     * @param {() => Promise} options.onChanged
     */
    async function open(remedy, { id, context = {}, onChanged }) {
        if (remedy.model === "mail.activity") {
            await store.scheduleActivity("crm.lead", [id]);
            return onChanged();
        }
        dialog.add(FormViewDialog, {
            resModel: remedy.model,
            resId: remedy.res_id,
            context: { ...context, ...remedy.context },
            title: remedyLabel(remedy),
            onRecordSaved: onChanged,
        });
    }

    /** Return the ids of those conditions that an opportunity meets by now. */
    async function getMetIds(conditions, { id, stageId, context = {} }) {
        const { leads } = await orm.call(
            "crm.lead",
            "get_stage_move_requirements",
            [[id], stageId],
            { context }
        );
        const missingIds = leads.flatMap((lead) =>
            lead.missing.map((requirement) => requirement.id)
        );
        return conditions
            .map((condition) => condition.id)
            .filter((one) => !missingIds.includes(one));
    }

    return { open, getMetIds };
}
