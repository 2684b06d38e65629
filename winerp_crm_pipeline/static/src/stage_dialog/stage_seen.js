/**
 * What a person saw of the opportunities that they are about to change: the server compares before it writes, so that
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
    const forgetStarts = noteStarts([{ id, stage_id: stageId }]);
    try {
        return await move();
    } finally {
        forgetStarts();
    }
}

/**
 * Note where moves start from whose saving comes next.
 *
 * @param {{id: number, stage_id: number}[]} starts
 * @returns {() => void} what forgets those whose saving did not come
 */
export function noteStarts(starts) {
    starts.forEach((start) => startStages.set(start.id, start.stage_id));
    return () => starts.forEach((start) => startStages.delete(start.id));
}

/**
 * Return what is known to be seen of opportunities, once.
 *
 * @returns {{id?: number, stage_id?: number, several?: {id: number, stage_id: number}[]}}
 */
export function takeSeen(ids) {
    const seen = ids
        .filter((id) => startStages.has(id))
        .map((id) => ({ id, stage_id: startStages.get(id) }));
    ids.forEach((id) => startStages.delete(id));
    return ids.length === 1 ? seen[0] || {} : { several: seen };
}

/** Go on with what a person was told: where opportunities are now. */
export function updateSeen(seen, { id, stage }) {
    const one = seen.several ? seen.several.find((other) => other.id === id) : seen;
    one.stage_id = stage.id;
}

/** Return a context with what was seen. */
export function withSeen(context, seen) {
    const value = seen?.several?.length ? seen.several : seen?.id && seen;
    return value ? { ...context, winerp_seen: value } : context;
}
