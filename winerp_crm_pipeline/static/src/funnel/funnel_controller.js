import { Component, useRef } from "@odoo/owl";
import { useBus } from "@web/core/utils/hooks";
import { useModel } from "@web/model/model";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { ActionHelper } from "@web/views/action_helper";
import { standardViewProps } from "@web/views/standard_view_props";
import { FunnelToolbar } from "./funnel_toolbar";

export class FunnelController extends Component {
    static template = "winerp_crm_pipeline.FunnelView";
    static components = { ActionHelper, CogMenu, FunnelToolbar, Layout, SearchBar };
    static props = {
        ...standardViewProps,
        Model: Function,
        Renderer: Function,
        modelParams: Object,
        title: String,
    };

    setup() {
        this.model = useModel(this.props.Model, this.props.modelParams);
        useBus(this.model.bus, "update", () => this.render());
        useSetupAction({
            rootRef: useRef("root"),
            getLocalState: () => ({
                choice: { ...this.model.choice, favorite: this.model.favorite },
            }),
            // What a favourite keeps.
            getContext: () => ({
                winerp_funnel_period: this.model.choice.unit,
                winerp_funnel_compare: this.model.choice.isCompared,
            }),
        });
        this.searchBarToggler = useSearchBarToggler();
    }

    get title() {
        return this.props.title || this.env.config.getDisplayName();
    }
}
