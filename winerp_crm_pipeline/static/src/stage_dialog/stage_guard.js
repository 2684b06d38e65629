import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { FetchRecordError } from "@web/model/relational_model/errors";
import { updateSeen } from "./stage_seen";

/** Event of the bus: what a view shows is no longer so, and nothing was written. */
export const CHANGED_MEANWHILE = "WINERP-CHANGED-MEANWHILE";
const MAX_NAMED = 10;

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
 * @param {{bus: EventTarget, dialog: Object, notification: Object}} services
 */
export function makeGuard({ bus, dialog, notification }) {
    function describeMove({ name, stage }, target) {
        const values = { opportunity: name, stage: stage.name, user: stage.user, target };
        return stage.user
            ? _t(
                  "%(user)s moved “%(opportunity)s” to “%(stage)s” meanwhile. Move it to “%(target)s” all the same?",
                  values
              )
            : _t(
                  "“%(opportunity)s” was moved to “%(stage)s” meanwhile. Move it to “%(target)s” all the same?",
                  values
              );
    }

    function describeMoves(moves, target) {
        const lines = moves
            .slice(0, MAX_NAMED)
            .map(({ name, stage }) => [name, stage.name, stage.user].filter(Boolean).join(" – "));
        return _t(
            "%(count)s opportunities were moved meanwhile:\n%(list)s\nMove them to “%(target)s” all the same?",
            { count: moves.length, list: lines.join("\n"), target }
        );
    }

    function confirmMoves(moves, target) {
        const [first] = moves;
        const isSingle = moves.length === 1;
        return new Promise((resolve) => {
            dialog.add(
                ConfirmationDialog,
                {
                    title: _t("Moved Meanwhile"),
                    body: isSingle ? describeMove(first, target) : describeMoves(moves, target),
                    confirmLabel: _t("Move to %(stage)s", { stage: target }),
                    confirm: () => resolve(true),
                    cancelLabel: isSingle
                        ? _t("Leave in %(stage)s", { stage: first.stage.name })
                        : _t("Leave Them"),
                    cancel: () => resolve(false),
                },
                { onClose: () => resolve(false) }
            );
        });
    }

    function leave(error) {
        error.isAnswered = true;
        bus.trigger(CHANGED_MEANWHILE);
        throw error;
    }

    /**
     * @param {{id?: number, stage_id?: number, values?: Object, several?: Object[]}} seen what the person saw; what they
     *  are told is added
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
                leave(error);
            }
            if (!isChanged(error)) {
                throw error;
            }
            const { leads, stage_name: target } = error.data.context;
            const moves = leads.filter(({ stage }) => stage);
            if (!moves.length) {
                // The dialog shows these, and what is saved next is meant.
                const values = leads[0].values.map(({ name, value }) => [name, value]);
                seen.values = { ...seen.values, ...Object.fromEntries(values) };
                throw error;
            }
            if (!(await confirmMoves(moves, target))) {
                leave(error);
            }
            moves.forEach((move) => updateSeen(seen, move));
            return guard(seen, request);
        }
    };
}
