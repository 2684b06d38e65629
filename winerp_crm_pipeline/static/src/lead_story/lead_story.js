import { Component, onWillStart, onWillUpdateProps } from "@odoo/owl";
import { formatDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { formatShortCurrency } from "../short_numbers/short_numbers";

function getOutcome({ outcome, next_stage }) {
    switch (outcome) {
        case "advanced":
            return _t("On to %(stage)s", { stage: next_stage || "…" });
        case "back":
            return next_stage
                ? _t("Back to %(stage)s", { stage: next_stage })
                : _t("Became a lead again");
        case "team":
            return _t("Changed team");
        case "won":
            return _t("Won");
        case "lost":
            return _t("Lost");
        case "merged":
            return _t("Merged");
    }
    return "";
}

/** What tells whether there may be something new to tell. */
const getState = ({ resId, dirty, data }) => JSON.stringify([resId, dirty, data.stage_id?.id]);

/** What an opportunity lived, read when it is looked at. */
export class LeadStory extends Component {
    static template = "winerp_crm_pipeline.LeadStory";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.lives = [];
        onWillStart(() => this.load(this.props.record));
        // The form is drawn with each key: it is asked anew for another opportunity, or one that was saved or has moved.
        onWillUpdateProps(({ record }) => getState(record) === this.shown || this.load(record));
    }

    async load(record) {
        const { resId } = record;
        this.shown = getState(record);
        const lives = resId ? await this.orm.call("crm.lead", "get_story", [[resId]]) : [];
        this.lives = lives.map((life) => ({
            ...life,
            title: _t("Merged into this one: opportunity %(number)s", { number: life.origin_id }),
            chapters: life.chapters.map(describe),
        }));
    }
}

const formatDays = (days) =>
    formatFloat(days, { digits: [0, days < 10 ? 1 : 0], trailingZeros: false });

/** What is shown of a stay, or of the time for which it was lost. */
function describe(chapter) {
    const { currency_id, date_from, date_to, is_lost, revenue_from, revenue_to, stage } = chapter;
    const day = (moment) => formatDate(deserializeDateTime(moment));
    const amount = (revenue) => formatShortCurrency(revenue, currency_id);
    const isSame = revenue_from === revenue_to;
    return {
        ...chapter,
        period: date_to
            ? _t("%(first)s to %(last)s", { first: day(date_from), last: day(date_to) })
            : _t("since %(day)s", { day: day(date_from) }),
        title: is_lost ? _t("Lost in %(stage)s", { stage }) : stage,
        days: _t("%(days)s days", { days: formatDays(chapter.days) }),
        revenue: isSame ? amount(revenue_to) : `${amount(revenue_from)} → ${amount(revenue_to)}`,
        outcome: getOutcome(chapter),
        kind: is_lost ? "lost" : chapter.is_won ? "won" : "stay",
    };
}

registry.category("view_widgets").add("lead_story", { component: LeadStory });
