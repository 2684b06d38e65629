/**
 * What a person saw of the opportunity that they are about to change: the server compares before it writes, so that
 * nobody is overwritten silently. See `crm.lead._check_seen`.
 */

const startStages = new Map(); // id of an opportunity that is being moved -> the stage it is shown in

/**
 * Note where a move starts from, for whatever request it makes.
 *
 * @param {number} id of the opportunity
 * @param {number|false} stageId the stage in which it is shown
 * @param {() => Promise} move
 */
export async function movingFrom(id, stageId, move) {
    if (!id || !stageId) {
        return move();
    }
    startStages.set(id, stageId);
    try {
        return await move();
    } finally {
        startStages.delete(id);
    }
}

/** Return what is known to be seen of opportunities, once. */
export function takeSeen(ids) {
    const [id] = ids;
    const stageId = ids.length === 1 && startStages.get(id);
    startStages.delete(id);
    return stageId ? { id, stage_id: stageId } : {};
}

/** Return a context with what was seen. */
export function withSeen(context, seen) {
    return seen?.id ? { ...context, winerp_seen: seen } : context;
}
