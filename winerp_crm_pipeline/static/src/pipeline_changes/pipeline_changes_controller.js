import { Component, useRef } from "@odoo/owl";
import { useModelWithSampleData } from "@web/model/model";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { ActionHelper } from "@web/views/action_helper";
import { standardViewProps } from "@web/views/standard_view_props";
import { PipelinePeriod } from "./pipeline_period";

export class PipelineChangesController extends Component {
    static template = "winerp_crm_pipeline.PipelineChanges";
    static components = { ActionHelper, CogMenu, Layout, PipelinePeriod, SearchBar };
    static props = { ...standardViewProps, Model: Function, Renderer: Function };

    setup() {
        this.model = useModelWithSampleData(this.props.Model, {
            state: this.props.state?.modelState,
        });
        useSetupAction({
            rootRef: useRef("root"),
            getLocalState: () => ({ modelState: this.model.exportState() }),
            getContext: () => ({ pipeline_changes_period: this.model.period }),
        });
        this.searchBarToggler = useSearchBarToggler();
    }
}
