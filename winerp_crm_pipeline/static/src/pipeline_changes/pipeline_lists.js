import { useService } from "@web/core/utils/hooks";

const LIST = "winerp_crm_pipeline.crm_lead_history_action_pipeline";

/** Return a function that opens rows of the history: a title, their domain, and since when they changed. */
export function usePipelineLists() {
    const action = useService("action");
    return async (name, domain, since) => {
        const list = await action.loadAction(LIST);
        return action.doAction({
            ...list,
            name,
            display_name: name,
            domain,
            context: since ? { pipeline_since: since } : {},
        });
    };
}
