import { serializeDateTime } from "@web/core/l10n/dates";
import { KeepLast } from "@web/core/utils/concurrency";
import { Model } from "@web/model/model";
import { chooseDays, getMoments } from "./periods";

const HISTORY = "crm.lead.history";

/** The changes of the pipeline in a period, of what the search bar selects. */
export class PipelineChangesModel extends Model {
    setup({ state }) {
        this.keepLast = new KeepLast();
        const { period, asked } = state || {};
        this.period = period || { preset: "week" };
        this.asked = asked;
    }

    /** What is kept while something else is looked at. */
    exportState() {
        return { period: this.period, asked: this.asked };
    }

    /** A favourite brings its period along, once. */
    async load(searchParams) {
        const asked = searchParams.context.pipeline_changes_period;
        if (asked && JSON.stringify(asked) !== this.asked) {
            this.asked = JSON.stringify(asked);
            this.period = asked;
        }
        this.searchParams = searchParams;
        const { domain } = searchParams;
        const moments = getMoments(this.period);
        const period = [domain, serializeDateTime(moments.from), serializeDateTime(moments.until)];
        const [changes, velocity, waiting] = await this.keepLast.add(
            Promise.all([
                this.orm.call(HISTORY, "get_pipeline_changes", period),
                this.orm.call(HISTORY, "get_sales_velocity", period),
                this.orm.searchCount(HISTORY, [["is_waiting", "=", true]]),
            ])
        );
        Object.assign(this, { moments, changes, velocity, waiting });
    }

    hasData() {
        return Object.values(this.changes).some((change) => change.count);
    }

    async setPeriod(period) {
        this.period = period;
        await this.load(this.searchParams);
        this.notify();
    }

    /** @param {{ from?: luxon.DateTime, until?: luxon.DateTime }} changed the first or the last day */
    async setDays(changed) {
        await this.setPeriod(chooseDays(this.moments, changed));
    }

    /** Return the domain of what was open when a moment came. */
    getPipelineDomain(moment) {
        return this.orm.call(HISTORY, "get_pipeline_domain", [
            this.searchParams.domain,
            serializeDateTime(moment),
        ]);
    }
}
