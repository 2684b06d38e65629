import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { download, downloadFile } from "@web/core/network/download";
import { drawFunnel } from "./funnel_picture";
import { makeSheet } from "./funnel_sheet";
import { getPeriod, getUnits } from "./funnel_periods";

/** The period, what it is compared with, and the ways to take the funnel along. */
export class FunnelToolbar extends Component {
    static template = "winerp_crm_pipeline.FunnelToolbar";
    static components = { Dropdown, DropdownItem };
    // The figures are new whenever the period is.
    static props = { model: Object, figures: Object, title: String };

    get units() {
        return getUnits();
    }

    get choice() {
        return this.props.model.choice;
    }

    get unitName() {
        return this.units.find(({ id }) => id === this.choice.unit).name;
    }

    get period() {
        return this.props.model.periods[0].label;
    }

    get previousPeriod() {
        return getPeriod(this.choice.unit, this.choice.offset - 1).label;
    }

    get compareText() {
        return _t("Compare with %s", this.previousPeriod);
    }

    async downloadPicture() {
        const canvas = drawFunnel(this.props.model, this.props.title);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
        downloadFile(blob, `${this.props.title}.png`, "image/png");
    }

    /** Core's own way from a table of figures to a sheet, as pivots have it. */
    downloadSheet() {
        const sheet = makeSheet(this.props.model, this.props.title);
        return download({
            url: "/web/pivot/export_xlsx",
            data: { data: new Blob([JSON.stringify(sheet)], { type: "application/json" }) },
        });
    }

    print() {
        window.print();
    }
}
