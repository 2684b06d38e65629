import { describe, expect, test } from "@odoo/hoot";
import {
    makeMockEnv,
    patchTranslations,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import { localization } from "@web/core/l10n/localization";
import { user } from "@web/core/user";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { AnimatedNumber } from "@web/views/view_components/animated_number";
import { formatShort } from "@winerp_crm_pipeline/short_numbers/short_numbers";

describe.current.tags("headless");

async function makeVietnameseEnv() {
    serverState.currencies = [
        { id: 1, name: "VND", symbol: "₫", position: "after", digits: [69, 0] },
    ];
    patchTranslations({ winerp_crm_pipeline: { "%s billion": "%s tỷ", "%s million": "%s tr" } });
    await makeMockEnv();
    patchWithCleanup(localization, { decimalPoint: ",", thousandsSep: ".", grouping: [3, 0] });
    patchWithCleanup(user, { lang: "vi-VN" });
}

const formatSum = (value, currencyId) =>
    AnimatedNumber.prototype.format.call({ currencyId }, value);
const formatAxis = (value) => GraphRenderer.prototype.formatValue.call({}, value);

test("amounts are written as in Vietnam", async () => {
    await makeVietnameseEnv();
    const amounts = [
        0, 850000, 1e6, 18e6, 47.8e6, 89.25e6, 142.4e6, 999994999, 999995000, 1.36e9, -2.5e9,
        12345e9,
    ];
    expect(amounts.map(formatShort)).toEqual([
        "0",
        "850.000",
        "1 tr",
        "18 tr",
        "47,8 tr",
        "89,25 tr",
        "142 tr",
        "1.000 tr",
        "1 tỷ",
        "1,36 tỷ",
        "-2,5 tỷ",
        "12.345 tỷ",
    ]);
});

test("sums of columns and axes of graphs use them", async () => {
    await makeVietnameseEnv();
    expect(formatSum(1.36e9, 1)).toBe("1,36 tỷ\u00a0₫");
    expect(formatSum(7)).toBe("7");
    expect(formatAxis(18e6)).toBe("18 tr");
    expect(formatAxis(7)).toBe("7");
});

test("other languages are core's", async () => {
    await makeVietnameseEnv();
    patchWithCleanup(user, { lang: "en-US" });
    expect(formatAxis(18e6)).toBe("18,00M");
});
