import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { omit, pick } from "@web/core/utils/objects";
import { StageDialog } from "./stage_dialog";
import { StageGridDialog } from "./stage_grid_dialog";
import { makeGuard } from "./stage_guard";
import { isStageRefusal } from "./stage_refusal";
import { patchButtons, patchSaving } from "./stage_saving";
import { withSeen } from "./stage_seen";

/**
 * Stands between the web client and a refusal: asks for what is missing, and answers the
 * request with the result of a second one that contains it. So views need not know: a card
 * lands, and effects and counters follow, as if the first request had succeeded. When the
 * salesperson gives up, the views get the refusal and do what they do after any error.
 */
export const stageDialogService = {
    dependencies: ["action", "dialog", "effect", "notification", "orm"],
    start(env, { action, dialog, effect, notification, orm }) {
        const guard = makeGuard({ bus: env.bus, dialog, notification });

        /**
         * @param {Error} error the refusal
         * @param {Object} props of StageDialog
         * @returns {Promise<any>} what the dialog's request returned
         * @throws the refusal, if the salesperson gives up
         */
        function ask(error, props) {
            const refusal = error.data.context;
            if (refusal.dialog.fill_in) {
                return askSeveral(error, props);
            }
            const seen = Object.assign(props.seen || {}, refusal.dialog.seen);
            return new Promise((resolve, reject) => {
                const onClose = () => {
                    error.isAnswered = true;
                    reject(error);
                };
                dialog.add(
                    StageDialog,
                    {
                        refusal,
                        ...omit(props, "finish", "valsOf"),
                        seen,
                        onDone: resolve,
                        onFail: reject,
                    },
                    { onClose }
                );
            });
        }

        /** What is saved in the grid is saved, whatever becomes of the rest. */
        function askSeveral(error, { finish = (ids) => ids, ...props }) {
            const savedIds = [];
            return new Promise((resolve, reject) => {
                const onClose = () => {
                    if (savedIds.length) {
                        resolve(finish(savedIds));
                    } else {
                        error.isAnswered = true;
                        reject(error);
                    }
                };
                dialog.add(
                    StageGridDialog,
                    {
                        refusal: error.data.context,
                        ...pick(props, "ids", "vals", "valsOf", "stageIds", "context", "override"),
                        onSaved: (ids) => savedIds.push(...ids),
                        onDone: resolve,
                    },
                    { onClose }
                );
            });
        }

        /**
         * Ask for what opportunities lack: several in a grid, one whose stage is named in a form with its conditions.
         * The client action `winerp_crm_pipeline.fill_in` does the same.
         *
         * @param {Object} params
         * @param {number[]} params.ids the opportunities
         * @param {number|Object} [params.stageIds] where they would be, see `crm.lead.get_fill_in`
         * @param {Object} [params.context]
         * @returns {Promise<number[]>} those that were saved
         */
        async function fillIn({ ids, stageIds, context = {} }) {
            const isOne = ids.length === 1 && Number.isInteger(stageIds);
            const method = isOne ? "get_stage_move_requirements" : "get_fill_in";
            const lacking = await orm.call("crm.lead", method, [ids, stageIds], { context });
            if (!(isOne ? lacking.leads : lacking.rows).length) {
                notification.add(_t("Nothing is missing."), { type: "success" });
                return [];
            }
            try {
                return await (isOne
                    ? fillInOne(lacking, ids, context)
                    : fillInSeveral(lacking, stageIds, context));
            } catch (error) {
                if (error.isAnswered) {
                    return []; // the salesperson gave up
                }
                throw error;
            }
        }

        async function fillInOne(refusal, ids, context) {
            const save = (values, saveContext) =>
                orm.write("crm.lead", ids, values, { context: saveContext });
            await open(refusal, { ids, context, save });
            return ids;
        }

        function fillInSeveral(grid, stageIds, context) {
            const ids = [...grid.rows.map(({ id }) => id), ...grid.more_ids];
            const info = { stage_name: "", can_override: false, fill_in: grid };
            return askSeveral(
                { data: { context: { leads: [], dialog: info } } },
                { ids, stageIds, context }
            );
        }

        function canAsk(error) {
            return isStageRefusal(error) && error.data.context?.dialog;
        }

        /** What was refused while it was created is not there to be moved: only who creates it can go on. */
        function canMove(error) {
            return canAsk(error) && error.data.context.leads.every(({ id }) => id);
        }

        /** Props of a dialog that moves by itself, after which what was refused can be tried again. */
        function moveProps(error, context = {}, seen = {}) {
            const { leads, stage_id: stageId } = error.data.context;
            const ids = leads.map((lead) => lead.id);
            const move = (...args) =>
                guard(seen, () =>
                    orm.call("crm.lead", "action_move_stage", [ids, stageId, ...args], {
                        context: withSeen(context, seen),
                    })
                );
            return {
                ids,
                vals: { stage_id: stageId },
                context,
                seen,
                save: (values) => move(values),
                override: (values, reason) => move(values, reason),
            };
        }

        /**
         * Ask from anywhere: the refusal need not come from a request of a view.
         *
         * @param {Object} refusal what `get_stage_move_requirements` returns
         * @param {Object} props of StageDialog; `save` is also given the context to write with
         */
        function open(refusal, { save, ...props }) {
            const seen = {};
            return ask(
                { data: { context: refusal } },
                {
                    ...props,
                    seen,
                    save: (values) =>
                        guard(seen, () => save(values, withSeen(props.context || {}, seen))),
                }
            );
        }

        const service = { canAsk, canMove, ask, fillIn, guard, moveProps, open };
        patchSaving(orm, env.bus, service);
        patchButtons(action, { orm, effect }, service);
        return service;
    },
};

registry.category("services").add("winerp_stage_dialog", stageDialogService);

/** See crm.lead.action_open_fill_in. */
async function fillInAction(env, { params, context }) {
    const { lead_ids: ids, stage_ids: stageIds, next } = params;
    await env.services.winerp_stage_dialog.fillIn({ ids, stageIds, context });
    return next || { type: "ir.actions.client", tag: "soft_reload" };
}

registry.category("actions").add("winerp_crm_pipeline.fill_in", fillInAction);

/** Nothing to report when the salesperson has been told; else show the dialog, for requests of other kinds. */
function stageRefusalHandler(env, error, originalError) {
    const stageDialog = env.services.winerp_stage_dialog;
    if (!originalError?.isAnswered && !stageDialog?.canMove(originalError)) {
        return false;
    }
    error.unhandledRejectionEvent?.preventDefault();
    if (!originalError.isAnswered) {
        stageDialog.ask(originalError, stageDialog.moveProps(originalError)).then(
            () => env.services.action.doAction("soft_reload"),
            () => {}
        );
    }
    return true;
}

// Before those of core, which would say again what was told.
registry
    .category("error_handlers")
    .add("winerp_stage_refusal", stageRefusalHandler, { sequence: 40 });
