import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { usePipelineLists } from "./pipeline_lists";
import { getEnd, getLastDay, getPresets } from "./periods";

/** Between which two days, and the pipeline of one. */
export class PipelinePeriod extends Component {
    static template = "winerp_crm_pipeline.PipelinePeriod";
    static components = { DateTimeInput };
    static props = { model: Object };

    setup() {
        this.presets = getPresets();
        this.openList = usePipelineLists();
        this.state = useState({ day: luxon.DateTime.now() });
    }

    get firstDay() {
        return this.props.model.moments.from;
    }

    get lastDay() {
        return getLastDay(this.props.model.moments.until);
    }

    /** Where the period does not begin with its first day. */
    get time() {
        const { from } = this.props.model.moments;
        return from.hour ? from.toFormat("HH:mm") : "";
    }

    onPreset(preset) {
        return this.props.model.setPeriod({ preset });
    }

    onFirstDay(day) {
        return day && this.props.model.setDays({ from: day });
    }

    onLastDay(day) {
        return day && this.props.model.setDays({ until: day });
    }

    onDay(day) {
        this.state.day = day || luxon.DateTime.now();
    }

    async openDay() {
        const { day } = this.state;
        const domain = await this.props.model.getPipelineDomain(getEnd(day));
        return this.openList(_t("Pipeline on %(day)s", { day: formatDate(day) }), domain);
    }
}
