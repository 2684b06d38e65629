import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";
import {
    formatChange,
    formatDays,
    formatMoney,
    formatRatio,
    getChange,
    getTotalText,
} from "./funnel_texts";

/** Black on white whatever the screen shows: it goes into reports and messages. */
const COLORS = {
    text: "#212529",
    muted: "#5f6670",
    bar: "#71639e",
    skipped: "#c6bfdc",
    flow: "#efecf6",
    before: "#adb5bd",
};
const FONT = "system-ui, 'Segoe UI', Roboto, sans-serif";
const [MARGIN, HEAD, NAMES, COLUMN, BAR, FLOW] = [32, 112, 180, 300, 36, 56];
/** As high as the line that stands for the period before. */
const BEFORE = 5;
const LEGEND = 130;

/** A canvas twice as fine as it is large, and its pen. */
function makeCanvas(width, height) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 2 * width, height: 2 * height });
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, width, height);
    return [canvas, pen];
}

function write(
    pen,
    text,
    x,
    y,
    { size = 13, color = COLORS.text, align = "left", weight = 400, width } = {}
) {
    pen.font = `${weight} ${size}px ${FONT}`;
    pen.fillStyle = color;
    pen.textAlign = align;
    pen.fillText(text, x, y, width);
}

/** From this bar down to the next one. */
function drawFlow(pen, cell, middle, top) {
    const [from, to] = [cell.share, cell.next.share].map((share) => (share / 200) * (COLUMN - 40));
    pen.fillStyle = COLORS.flow;
    pen.beginPath();
    pen.moveTo(middle - from, top);
    pen.lineTo(middle + from, top);
    pen.lineTo(middle + to, top + FLOW);
    pen.lineTo(middle - to, top + FLOW);
    pen.fill();
    write(pen, getFlowText(cell.next), middle, top + 44, { align: "center", weight: 600 });
}

function getFlowText(cell) {
    const { conversion } = cell.now;
    if (conversion === null) {
        return _t("Too few");
    }
    const change = getChange(cell);
    return `↓ ${formatRatio(conversion)}` + (change ? ` (${formatChange(change)})` : "");
}

/** What was reached is a bar; in it what was skipped, and below it a line, as wide as the period before. */
function drawBars(pen, cell, middle, top) {
    const width = (cell.share / 100) * (COLUMN - 40);
    const core = width * (1 - cell.shareSkipped / 100);
    const before = (cell.shareBefore / 100) * (COLUMN - 40);
    for (const [color, size, height] of [
        [COLORS.skipped, width, BAR],
        [COLORS.bar, core, BAR],
        ["#ffffff", before && before + 2, BEFORE + 1],
        [COLORS.before, before, BEFORE],
    ]) {
        pen.fillStyle = color;
        pen.fillRect(middle - size / 2, top + BAR - height, size, height);
    }
    const isWide = core > 40;
    write(
        pen,
        formatInteger(cell.now.reached),
        isWide ? middle : middle + width / 2 + 6,
        top + 23,
        {
            align: isWide ? "center" : "left",
            color: isWide ? "#ffffff" : COLORS.text,
            weight: 600,
        }
    );
}

function drawCell(pen, cell, middle, top) {
    const { now } = cell;
    drawBars(pen, cell, middle, top);
    if (cell.next) {
        drawFlow(pen, cell, middle, top + BAR);
    }
    const facts = [
        formatMoney(now.revenue),
        now.median_days !== null && formatDays(now.median_days),
        now.lost && _t("%s lost", formatInteger(now.lost)),
    ];
    write(pen, facts.filter(Boolean).join(" · "), middle, top + BAR + 18, {
        align: "center",
        size: 12,
        color: COLORS.muted,
        width: COLUMN - 8,
    });
}

function drawLegend(pen, top, before) {
    const samples = [
        [COLORS.bar, _t("Really entered"), 11],
        [COLORS.skipped, _t("Skipped"), 11],
        ...(before ? [[COLORS.before, before.label, BEFORE]] : []),
    ];
    samples.forEach(([color, text, height], index) => {
        pen.fillStyle = color;
        pen.fillRect(MARGIN + LEGEND * index, top - 4 - height / 2, 14, height);
        write(pen, text, MARGIN + LEGEND * index + 20, top, { size: 12, color: COLORS.muted });
    });
}

/**
 * Draw the funnel as a picture that can be sent on.
 *
 * @returns {HTMLCanvasElement}
 */
export function drawFunnel({ figures, periods }, title) {
    const { columns, rows } = figures;
    const [canvas, pen] = makeCanvas(
        2 * MARGIN + NAMES + COLUMN * columns.length,
        HEAD + (BAR + FLOW) * rows.length + MARGIN
    );
    write(pen, title, MARGIN, 46, { size: 22, weight: 600 });
    write(pen, periods[0].label, MARGIN, 70, { color: COLORS.muted });
    columns.forEach((column, number) => {
        const middle = MARGIN + NAMES + COLUMN * (number + 0.5);
        const name = `${column.name || _t("All Opportunities")}: ${getTotalText(column)}`;
        write(pen, name, middle, 96, { align: "center", weight: 600, width: COLUMN - 8 });
        rows.forEach(({ cells }, index) => {
            if (cells[number].now) {
                drawCell(pen, cells[number], middle, HEAD + (BAR + FLOW) * index);
            }
        });
    });
    drawLegend(pen, canvas.height / 2 - 20, periods[1]);
    rows.forEach(({ name }, index) =>
        write(pen, name, MARGIN, HEAD + (BAR + FLOW) * index + 23, {
            weight: 600,
            width: NAMES - 12,
        })
    );
    return canvas;
}
