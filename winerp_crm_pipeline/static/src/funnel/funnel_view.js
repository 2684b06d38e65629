import { registry } from "@web/core/registry";
import { FunnelArchParser } from "./funnel_arch_parser";
import { FunnelController } from "./funnel_controller";
import { FunnelModel } from "./funnel_model";
import { FunnelRenderer } from "./funnel_renderer";

export const funnelView = {
    type: "winerp_funnel",
    ArchParser: FunnelArchParser,
    Controller: FunnelController,
    Model: FunnelModel,
    Renderer: FunnelRenderer,
    searchMenuTypes: ["filter", "groupBy", "favorite"],

    props: (genericProps, { ArchParser, Model, Renderer }) => {
        const { arch, resModel, state } = genericProps;
        const { title, ...choice } = new ArchParser().parse(arch);
        return {
            ...genericProps,
            Model,
            Renderer,
            title,
            modelParams: { resModel, ...choice, ...state?.choice },
        };
    },
};

registry.category("views").add("winerp_funnel", funnelView);
