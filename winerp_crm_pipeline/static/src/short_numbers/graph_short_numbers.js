import { patch } from "@web/core/utils/patch";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import {
    formatShort,
    isVietnamese,
    MILLION,
} from "@winerp_crm_pipeline/short_numbers/short_numbers";

/** Axes and tooltips. */
patch(GraphRenderer.prototype, {
    formatValue(value, allIntegers, formatType) {
        if (!formatType && Math.abs(value) >= MILLION && isVietnamese()) {
            return formatShort(value);
        }
        return super.formatValue(...arguments);
    },
});
