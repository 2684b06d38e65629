import { exprToBoolean } from "@web/core/utils/strings";

export class FunnelArchParser {
    parse(arch) {
        return {
            title: arch.getAttribute("string") || "",
            unit: arch.getAttribute("period") || "all",
            isCompared: exprToBoolean(arch.getAttribute("compare")),
        };
    }
}
