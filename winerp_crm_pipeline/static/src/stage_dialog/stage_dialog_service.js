import { checkRainbowmanMessage } from "@crm/views/check_rainbowman_message";
import { registry } from "@web/core/registry";
import { omit } from "@web/core/utils/objects";
import { patch } from "@web/core/utils/patch";
import { StageDialog } from "./stage_dialog";
import { isStageRefusal, mergeValues } from "./stage_refusal";

/**
 * Stands between the web client and a refusal: asks for what is missing, and answers the
 * request with the result of a second one that contains it. So views need not know: a card
 * lands, and effects and counters follow, as if the first request had succeeded. When the
 * salesperson gives up, the views get the refusal and do what they do after any error.
 */
export const stageDialogService = {
    dependencies: ["action", "dialog", "effect", "orm"],
    start(env, { action, dialog, effect, orm }) {
        /**
         * @param {Error} error the refusal
         * @param {Object} props of StageDialog
         * @returns {Promise<any>} what the dialog's request returned
         * @throws the refusal, if the salesperson gives up
         */
        function ask(error, props) {
            return new Promise((resolve, reject) => {
                const onClose = () => {
                    error.isAnswered = true;
                    reject(error);
                };
                dialog.add(
                    StageDialog,
                    { refusal: error.data.context, ...props, onDone: resolve },
                    { onClose }
                );
            });
        }

        function canAsk(error) {
            return isStageRefusal(error) && error.data.context?.dialog;
        }

        // Patched (see docs/CORE.md), since each view saves through it, also those of other add-ons: asking there lets
        // each of them go on as if the first request had succeeded. Only a refusal costs anything.
        patch(orm, {
            async webSave(model, ids, vals, kwargs = {}) {
                try {
                    return await super.webSave(...arguments);
                } catch (error) {
                    if (model !== "crm.lead" || !canAsk(error)) {
                        throw error;
                    }
                    const save = (saveIds, values) => super.webSave(model, saveIds, values, kwargs);
                    return ask(error, saveProps(error, ids, vals, kwargs, save));
                }
            },

            /** The list, when "+=" and the like change each selected opportunity in its own way. */
            async webSaveMulti(model, ids, data, kwargs = {}) {
                try {
                    return await super.webSaveMulti(...arguments);
                } catch (error) {
                    if (model !== "crm.lead" || !canAsk(error)) {
                        throw error;
                    }
                    const reread = () => super.webSave(model, ids, {}, kwargs);
                    const save = async (saveIds, values) => {
                        const saveData = saveIds.map((id) =>
                            mergeValues(data[ids.indexOf(id)], values)
                        );
                        await super.webSaveMulti(model, saveIds, saveData, kwargs);
                        return reread();
                    };
                    return ask(error, {
                        ids,
                        vals: ids.length === 1 ? data[0] : {},
                        context: kwargs.context,
                        save: (values) => save(ids, values),
                        saveOthers: ids.length > 1 ? (otherIds) => save(otherIds, {}) : undefined,
                    });
                }
            },
        });

        function saveProps(error, ids, vals, kwargs, save) {
            const stageId = error.data.context.stage_id;
            const { context } = kwargs;
            const reread = () => save(ids, {}); // what the view asked for, of all records

            function overrideOf() {
                if (!ids.length) {
                    return async (values, reason) => {
                        const createVals = { ...mergeValues(vals, values), stage_id: stageId };
                        const args = [createVals, reason];
                        const id = await orm.call("crm.lead", "action_create_in_stage", args, {
                            context,
                        });
                        return save([id], {});
                    };
                }
                if (vals.stage_id !== stageId) {
                    return undefined; // no move
                }
                return async (values, reason) => {
                    const moveVals = omit(mergeValues(vals, values), "stage_id");
                    const args = [ids, stageId, moveVals, reason];
                    await orm.call("crm.lead", "action_move_stage", args, { context });
                    return reread();
                };
            }

            return {
                ids,
                vals,
                context,
                save: (values) => save(ids, mergeValues(vals, values)),
                override: overrideOf(),
                saveOthers:
                    ids.length > 1
                        ? async (otherIds) => {
                              await save(otherIds, vals);
                              return reread();
                          }
                        : undefined,
            };
        }

        // Patched (see docs/CORE.md), since what a button does may have to be tried again, and only its caller waits for it.
        patch(action, {
            async doActionButton(params, options) {
                try {
                    return await super.doActionButton(params, options);
                } catch (error) {
                    if (!canAsk(error)) {
                        throw error;
                    }
                    const isWon =
                        params.resModel === "crm.lead" && params.name.startsWith("action_set_won");
                    await ask(error, moveProps(error, params.context));
                    // Once more, it would move on to the next won stage, if there is one.
                    return isWon ? celebrate(error, params) : super.doActionButton(params, options);
                }
            },
        });

        /** Do what the Won button does after winning. */
        async function celebrate(error, { onClose }) {
            await checkRainbowmanMessage(orm, effect, error.data.context.leads[0].id);
            return action.doAction({ type: "ir.actions.act_window_close" }, { onClose });
        }

        /** Props of a dialog that moves by itself, after which what was refused can be tried again. */
        function moveProps(error, context = {}) {
            const { leads, stage_id: stageId } = error.data.context;
            const ids = leads.map((lead) => lead.id);
            const move = (...args) =>
                orm.call("crm.lead", "action_move_stage", [ids, stageId, ...args], { context });
            return {
                ids,
                vals: { stage_id: stageId },
                context,
                save: (values) => move(values),
                override: (values, reason) => move(values, reason),
            };
        }

        /** Ask from anywhere: the refusal need not come from a request of a view. */
        async function open(refusal, props) {
            return ask({ data: { context: refusal } }, props);
        }

        return { canAsk, ask, moveProps, open };
    },
};

registry.category("services").add("winerp_stage_dialog", stageDialogService);

/** Nothing to report when the salesperson has seen the dialog; else show it, for requests of other kinds. */
function stageRefusalHandler(env, error, originalError) {
    const stageDialog = env.services.winerp_stage_dialog;
    if (!stageDialog?.canAsk(originalError)) {
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

registry
    .category("error_handlers")
    .add("winerp_stage_refusal", stageRefusalHandler, { sequence: 90 });
