/**
 * The server's answer, as it is drawn: a row for each stage, in it a cell for each group. Plain functions.
 */

/** The stages that a group's funnel has, by their ids. */
const byStage = (funnel) =>
    Object.fromEntries((funnel?.stages || []).map((stage) => [stage.stage_id, stage]));

/** The stage that fewest went on to. Where all went on nothing is stuck, and one ratio alone is not the lowest. */
export function findWeakest(funnel) {
    const known = (funnel?.stages || []).filter(({ conversion }) => conversion !== null);
    const lowest = Math.min(...known.map(({ conversion }) => conversion));
    return known.length > 1 && lowest < 1
        ? known.find(({ conversion }) => conversion === lowest).stage_id
        : undefined;
}

/** As wide as it is large beside the largest of its group. */
const getShare = (value, most) => (most ? Math.round((1000 * value) / most) / 10 : 0);

function makeColumn(group) {
    const [now, before] = group.funnels;
    const reached = group.funnels.flatMap((funnel) => funnel.stages.map((stage) => stage.reached));
    return {
        name: group.name,
        total: now.total,
        totalBefore: before?.total,
        now: byStage(now),
        before: before && byStage(before),
        most: Math.max(0, ...reached),
        weakest: findWeakest(now),
    };
}

function makeCell(column, stageId) {
    const now = column.now[stageId] || null;
    const before = column.before?.[stageId] || null;
    return {
        now,
        before,
        share: getShare(now?.reached || 0, column.most),
        shareBefore: getShare(before?.reached || 0, column.most),
        shareSkipped: getShare(now?.skipped || 0, now?.reached),
        isWeakest: column.weakest === stageId,
    };
}

/** Tell each cell where the flow goes; a stage that the group does not have lets it through. */
function linkStages(cells) {
    const present = cells.filter(({ now }) => now);
    present.forEach((cell, index) => {
        cell.isFirst = index === 0;
        cell.next = present[index + 1];
    });
}

/**
 * @param {Object} data what `get_funnels` answers
 * @returns {{columns: Object[], rows: {id: number, name: string, cells: Object[]}[]}}
 */
export function makeFigures(data) {
    const columns = data.groups.map(makeColumn);
    const rows = data.stages.map(({ id, name }) => ({
        id,
        name,
        cells: columns.map((column) => makeCell(column, id)),
    }));
    columns.forEach((_column, number) => linkStages(rows.map(({ cells }) => cells[number])));
    return { columns, rows };
}
