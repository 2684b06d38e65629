import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { FetchRecordError } from "@web/model/relational_model/errors";

const CHANGED = "odoo.addons.winerp_crm_pipeline.exceptions.OpportunityChangedError";
const MISSING = "odoo.exceptions.MissingError";

/** Whether an error says that a colleague changed the opportunity meanwhile. */
export function isChanged(error) {
    return error instanceof RPCError && error.exceptionName === CHANGED;
}

/** Whether an error says that the opportunity is no longer there: to the server, or to a view that reads it again. */
export function isDeleted(error) {
    return (
        error instanceof FetchRecordError ||
        (error instanceof RPCError &&
            error.exceptionName === MISSING &&
            Boolean(error.data.message?.includes("crm.lead(")))
    );
}

/**
 * Return what guards requests that change an opportunity: who moved it meanwhile is told, and whether to go on is asked
 * before anything is written; that it is deleted is told, too. An error that was told has `isAnswered`.
 *
 * @param {{dialog: Object, notification: Object}} services
 */
export function makeGuard({ dialog, notification }) {
    function confirmMove({ name, stage }, target) {
        const values = { opportunity: name, stage: stage.name, user: stage.user, target };
        return new Promise((resolve) => {
            dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Moved Meanwhile"),
                    body: stage.user
                        ? _t(
                              "%(user)s moved “%(opportunity)s” to “%(stage)s” meanwhile. Move it to “%(target)s” all the same?",
                              values
                          )
                        : _t(
                              "“%(opportunity)s” was moved to “%(stage)s” meanwhile. Move it to “%(target)s” all the same?",
                              values
                          ),
                    confirmLabel: _t("Move to %(stage)s", { stage: target }),
                    confirm: () => resolve(true),
                    cancelLabel: _t("Leave in %(stage)s", { stage: stage.name }),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) }
            );
        });
    }

    /**
     * @param {{id?: number, stage_id?: number, values?: Object}} seen what the person saw; what they are told is added
     * @param {() => Promise} request one that sends `seen`
     */
    return async function guard(seen, request) {
        try {
            return await request();
        } catch (error) {
            if (isDeleted(error)) {
                notification.add(_t("This opportunity has been deleted meanwhile."), {
                    type: "warning",
                });
                error.isAnswered = true;
                throw error;
            }
            if (!isChanged(error)) {
                throw error;
            }
            const { leads, stage_name: target } = error.data.context;
            const [change] = leads;
            if (!change.stage) {
                // The dialog shows these, and what is saved next is meant.
                const values = change.values.map(({ name, value }) => [name, value]);
                seen.values = { ...seen.values, ...Object.fromEntries(values) };
                throw error;
            }
            if (await confirmMove(change, target)) {
                seen.stage_id = change.stage.id;
                return guard(seen, request);
            }
            error.isAnswered = true;
            throw error;
        }
    };
}
