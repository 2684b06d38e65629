import { registry } from "@web/core/registry";
import { PipelineChangesController } from "./pipeline_changes_controller";
import { PipelineChangesModel } from "./pipeline_changes_model";
import { PipelineChangesRenderer } from "./pipeline_changes_renderer";

export const pipelineChangesView = {
    type: "winerp_changes",
    Controller: PipelineChangesController,
    Model: PipelineChangesModel,
    Renderer: PipelineChangesRenderer,
    searchMenuTypes: ["filter", "favorite"],
    props: (genericProps, { Model, Renderer }) => ({ ...genericProps, Model, Renderer }),
};

registry.category("views").add("winerp_changes", pipelineChangesView);
