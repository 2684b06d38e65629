import { _t } from "@web/core/l10n/translation";
import { getFiguresOf, getMeasures } from "./funnel_texts";

/** Of the name of a sheet, what Excel takes. */
const toSheetName = (title) => title.replace(/[[\]:*?/\\]/g, " ").slice(0, 31);

function getValue(cell, measure) {
    const value = getFiguresOf(cell, measure)?.[measure.name] ?? null;
    return measure.type === "ratio" && value !== null ? Math.round(value * 1000) / 10 : value;
}

/** The table as core's export of pivots takes it: figures as numbers, a block of rows for each group. */
export function makeSheet({ figures, periods, resModel }, title) {
    const measures = getMeasures(periods.length > 1);
    const rows = [{ title: periods.map(({ label }) => label).join(" / "), indent: 0, values: [] }];
    figures.columns.forEach((column, number) => {
        rows.push({ title: column.name || _t("All Opportunities"), indent: 0, values: [] });
        for (const { name, cells } of figures.rows) {
            const values = measures.map((measure) => ({
                value: getValue(cells[number], measure),
            }));
            rows.push({ title: name, indent: 1, values });
        }
    });
    return {
        model: resModel,
        title: toSheetName(title),
        col_group_headers: [],
        measure_headers: measures.map(({ label, type }) => ({
            title: String(type === "ratio" ? _t("%s (%%)", label) : label),
            is_bold: false,
        })),
        measure_count: measures.length,
        rows,
    };
}
