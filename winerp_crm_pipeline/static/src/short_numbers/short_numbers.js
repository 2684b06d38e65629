import { _t } from "@web/core/l10n/translation";
import { formatCurrency } from "@web/core/currency";
import { user } from "@web/core/user";
import { formatFloat } from "@web/core/utils/numbers";
import { patch } from "@web/core/utils/patch";
import { AnimatedNumber } from "@web/views/view_components/animated_number";

const BILLION = 1e9;
export const MILLION = 1e6;
/** Stands for the number in core's format of the currency. */
const PLACE = "1";

/**
 * Write a number as people in Vietnam do: 18 tr, 1,36 tỷ. What is below a million is written out.
 *
 * @param {number} value
 */
export function formatShort(value) {
    const format = (number, decimals) =>
        formatFloat(number, { digits: [0, decimals], trailingZeros: false });
    const size = Math.abs(value);
    if (size >= 999_995_000) {
        return _t("%s billion", format(value / BILLION, 2));
    }
    if (size >= MILLION) {
        return _t("%s million", format(value / MILLION, size < 100 * MILLION ? 2 : 0));
    }
    return format(value, 0);
}

export function isVietnamese() {
    return /^vi\b/.test(user.lang || "");
}

/**
 * Write an amount short, with its currency: 18 tr ₫, 18 million ₫. Core's own format would call a billion 1G.
 *
 * @param {number} value
 * @param {number} currencyId
 */
export function formatShortCurrency(value, currencyId) {
    return formatCurrency(1, currencyId, { digits: [0, 0] }).replace(PLACE, () =>
        formatShort(value)
    );
}

/** Sums at the head of columns. */
patch(AnimatedNumber.prototype, {
    format(value) {
        if (!isVietnamese()) {
            return super.format(value);
        }
        return this.currencyId ? formatShortCurrency(value, this.currencyId) : formatShort(value);
    },
});
