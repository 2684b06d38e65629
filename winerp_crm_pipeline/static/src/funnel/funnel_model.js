import { KeepLast } from "@web/core/utils/concurrency";
import { Model } from "@web/model/model";
import { makeFigures } from "./funnel_figures";
import { getPeriod, isUnit } from "./funnel_periods";

export class FunnelModel extends Model {
    setup({ resModel, unit, offset = 0, isCompared, favorite = "" }) {
        this.resModel = resModel;
        this.choice = { unit, offset, isCompared };
        this.favorite = favorite;
        this.keepLast = new KeepLast();
    }

    async load(searchParams) {
        this.searchParams = searchParams;
        await this.fetch({ ...this.choice, ...this.readFavorite(searchParams.context) });
    }

    /** A favourite says its period in its context: that holds until a person chooses another. */
    readFavorite({ winerp_funnel_period: unit, winerp_funnel_compare: isCompared }) {
        const favorite = JSON.stringify([unit, isCompared]);
        if (favorite === this.favorite) {
            return {};
        }
        this.favorite = favorite;
        return {
            ...(isUnit(unit) ? { unit, offset: 0 } : {}),
            ...(isCompared === undefined ? {} : { isCompared: Boolean(isCompared) }),
        };
    }

    /** @param {Object} change of unit, offset or isCompared */
    async choose(change) {
        await this.fetch({ ...this.choice, ...change });
        this.notify();
    }

    async fetch(choice) {
        const { domain, groupBy, context } = this.searchParams;
        const { unit, offset } = choice;
        const periods = [getPeriod(unit, offset)];
        if (choice.isCompared && unit !== "all") {
            periods.push(getPeriod(unit, offset - 1));
        }
        const data = await this.keepLast.add(
            this.orm.call(this.resModel, "get_funnels", [], {
                domain,
                group_by: groupBy[0] || false,
                periods: periods.map(({ from, to }) => [from, to]),
                context,
            })
        );
        Object.assign(this, { choice, periods, data, figures: makeFigures(data) });
    }

    hasData() {
        return this.figures.columns.some(({ total, totalBefore }) => total || totalBefore);
    }

    get waiting() {
        return this.data.groups[0].funnels[0].waiting;
    }
}
