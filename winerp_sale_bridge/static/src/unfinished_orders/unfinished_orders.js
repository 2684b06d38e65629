import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { useBus, useService } from "@web/core/utils/hooks";

const NOTICED = "winerp_unfinished_orders_noticed";

async function openUnfinished({ action, orm }) {
    const found = await orm.call("crm.lead.convert.order", "action_open_unfinished");
    return action.doAction(found);
}

/** Lets whoever has an interrupted run of the order wizard find it again; nobody else sees it. */
export class UnfinishedOrders extends Component {
    static template = "winerp_sale_bridge.UnfinishedOrders";
    static props = {};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ count: session.winerp_unfinished_orders || 0 });
        useBus(this.env.bus, "WINERP-UNFINISHED-ORDERS", ({ detail }) => {
            this.state.count = detail;
        });
    }

    get title() {
        return _t("Unfinished sales orders: %(count)s left", { count: this.state.count });
    }

    open() {
        return openUnfinished(this);
    }
}

registry
    .category("systray")
    .add("winerp_sale_bridge.unfinished_orders", { Component: UnfinishedOrders }, { sequence: 40 });

/** Says it once in each browser window, not with each page that is loaded. */
const noticeService = {
    dependencies: ["action", "notification", "orm"],
    start(env, { action, notification, orm }) {
        const count = session.winerp_unfinished_orders;
        if (!count || sessionStorage.getItem(NOTICED)) {
            return;
        }
        sessionStorage.setItem(NOTICED, "1");
        const close = notification.add(
            _t("An earlier run was interrupted: %(count)s orders are still to be made.", { count }),
            {
                type: "warning",
                autocloseDelay: 10000,
                buttons: [
                    {
                        name: _t("Show"),
                        primary: true,
                        onClick: () => {
                            close();
                            return openUnfinished({ action, orm });
                        },
                    },
                ],
            }
        );
    },
};

registry.category("services").add("winerp_unfinished_orders", noticeService);
