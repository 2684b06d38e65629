import { checkRainbowmanMessage } from "@crm/views/check_rainbowman_message";
import { omit } from "@web/core/utils/objects";
import { patch } from "@web/core/utils/patch";
import { isChanged, isDeleted } from "./stage_guard";
import { CREATED_ELSEWHERE, isRequested, mergeValues } from "./stage_refusal";
import { takeSeen, withSeen } from "./stage_seen";

/**
 * Stand between views and refusals. Patched (see docs/CORE.md), since each view saves through it, also those of other
 * add-ons: asking there lets each of them go on as if the first request had succeeded. Only a refusal costs anything.
 *
 * @param {Object} orm the service
 * @param {EventTarget} bus
 * @param {Object} stageDialog what asks
 */
export function patchSaving(orm, bus, { ask, canAsk, guard }) {
    patch(orm, {
        async webSave(model, ids, vals, kwargs = {}) {
            if (model !== "crm.lead") {
                return super.webSave(...arguments);
            }
            const seen = takeSeen(ids);
            const save = (saveIds, values) =>
                guard(seen, () => {
                    const context = withSeen(kwargs.context, seen);
                    return super.webSave(model, saveIds, values, { ...kwargs, context });
                });
            try {
                return await save(ids, vals);
            } catch (error) {
                if (!canAsk(error)) {
                    throw error;
                }
                return ask(error, { ...saveProps(error, ids, vals, kwargs, save, seen), seen });
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
                return ask(error, {
                    ids,
                    vals: ids.length === 1 ? data[0] : {},
                    valsOf: (id) => data[ids.indexOf(id)],
                    context: kwargs.context,
                    finish: reread,
                    save: async (values) => {
                        await super.webSaveMulti(
                            model,
                            ids,
                            [mergeValues(data[0], values)],
                            kwargs
                        );
                        return reread();
                    },
                });
            }
        },
    });

    function saveProps(error, ids, vals, kwargs, save, seen) {
        const stageId = error.data.context.stage_id;
        const { context } = kwargs;
        const reread = () => save(ids, {}); // what the view asked for, of all records

        function overrideOf() {
            if (!ids.length) {
                return async (values, reason, isRequest = false) => {
                    const createVals = { ...mergeValues(vals, values), stage_id: stageId };
                    const id = await orm.call("crm.lead", "action_create_in_stage", [createVals], {
                        [isRequest ? "request_reason" : "override_reason"]: reason,
                        context,
                    });
                    if (isRequest) {
                        bus.trigger(CREATED_ELSEWHERE);
                    }
                    return save([id], {});
                };
            }
            if (vals.stage_id !== stageId) {
                return undefined; // no move
            }
            return async (values, reason) => {
                const moveVals = omit(mergeValues(vals, values), "stage_id");
                const args = [ids, stageId, moveVals, reason];
                await guard(seen, () =>
                    orm.call("crm.lead", "action_move_stage", args, {
                        context: withSeen(context, seen),
                    })
                );
                return reread();
            };
        }

        return {
            ids,
            vals,
            context,
            save: (values) => save(ids, mergeValues(vals, values)),
            override: overrideOf(),
            finish: reread,
        };
    }
}

/**
 * The same for buttons. Patched (see docs/CORE.md), since what a button does may have to be tried again, and only its
 * caller waits for it.
 *
 * @param {Object} action the service
 * @param {{orm: Object, effect: Object}} services
 * @param {Object} stageDialog what asks
 */
export function patchButtons(action, { orm, effect }, { ask, canMove, guard, moveProps }) {
    patch(action, {
        async doActionButton(params, options) {
            const seen = { ...params.buttonContext?.winerp_seen };
            const press = () => {
                const buttonContext = withSeen(params.buttonContext, seen);
                return super.doActionButton({ ...params, buttonContext }, options);
            };
            try {
                return await guard(seen, press);
            } catch (error) {
                if (isChanged(error) || isDeleted(error)) {
                    action.doAction("soft_reload"); // as it is now
                }
                if (!canMove(error)) {
                    throw error;
                }
                const isWon =
                    params.resModel === "crm.lead" && params.name.startsWith("action_set_won");
                try {
                    await ask(error, moveProps(error, params.context, seen));
                } finally {
                    if (isRequested(error)) {
                        action.doAction("soft_reload"); // it waits for approval
                    }
                }
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
}
