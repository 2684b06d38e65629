import { _t } from "@web/core/l10n/translation";

/**
 * What a dialog is for, as its title says it.
 *
 * @param {Object} refusal the context of a StageRequirementError
 * @param {{ids: number[], vals: Object, isPreview?: boolean}} props of the dialog
 */
export function getTitle({ dialog }, { ids, vals, isPreview }) {
    const stage = dialog.stage_name;
    if (isPreview) {
        return _t("Preview: %(stage)s", { stage });
    }
    if (!ids.length) {
        return _t("New in %(stage)s", { stage });
    }
    if (!stage) {
        return _t("Fill In What Is Missing");
    }
    return "stage_id" in vals
        ? _t("Move to %(stage)s", { stage })
        : _t("Required in %(stage)s", { stage });
}
