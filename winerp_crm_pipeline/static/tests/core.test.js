import { checkRainbowmanMessage } from "@crm/views/check_rainbowman_message";
import { CrmKanbanDynamicGroupList } from "@crm/views/crm_kanban/crm_kanban_model";
import { ForecastKanbanModel } from "@crm/views/forecast_kanban/forecast_kanban_model";
import {
    RottingStatusBarDurationField,
    rottingStatusBarDurationField,
} from "@mail/js/rotting_mixin/rotting_statusbar";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { getService, makeMockEnv } from "@web/../tests/web_test_helpers";
import { DomainSelector } from "@web/core/domain_selector/domain_selector";
import { ModelFieldSelector } from "@web/core/model_field_selector/model_field_selector";
import { ORM } from "@web/core/orm_service";
import { registry } from "@web/core/registry";
import { Record } from "@web/model/record";
import { DynamicList } from "@web/model/relational_model/dynamic_list";
import { DynamicGroupList } from "@web/model/relational_model/dynamic_group_list";
import { FetchRecordError } from "@web/model/relational_model/errors";
import { Record as FormRecord } from "@web/model/relational_model/record";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import {
    extractFieldsFromArchInfo,
    getFieldsSpec,
    parseServerValue,
} from "@web/model/relational_model/utils";
import { DomainField } from "@web/views/fields/domain/domain_field";
import { Field } from "@web/views/fields/field";
import { PropertiesField } from "@web/views/fields/properties/properties_field";
import { loadSubViews } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import {
    KanbanQuickCreateController,
    KanbanRecordQuickCreate,
} from "@web/views/kanban/kanban_record_quick_create";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { ListController } from "@web/views/list/list_controller";
import { getFormattedValue, isX2Many } from "@web/views/utils";
import { getDefaultConfig } from "@web/views/view";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { AnimatedNumber } from "@web/views/view_components/animated_number";
import { GroupConfigMenu } from "@web/views/view_components/group_config_menu";

/** What this add-on stands on of Odoo's own JavaScript, as docs/CORE.md lists it: a new Odoo that changes it fails here. */
describe.current.tags("headless");
defineMailModels();

/** Methods and functions take so many arguments, those with a default not counted. */
function expectLengths(owner, lengths) {
    const found = Object.keys(lengths).map((name) => [name, owner[name]?.length]);
    expect(Object.fromEntries(found)).toEqual(lengths);
}

const getterOf = (owner, name) => Object.getOwnPropertyDescriptor(owner, name)?.get;

test("what is patched", async () => {
    expectLengths(ORM.prototype, { webSave: 3, webSaveMulti: 3 });
    await makeMockEnv();
    expect(getService("orm")).toBeInstanceOf(ORM);
    expect(getService("action").doActionButton).toBeInstanceOf(Function);
    expectLengths(CrmKanbanDynamicGroupList.prototype, { moveRecord: 4 });
    expect(ForecastKanbanModel.DynamicGroupList).toBe(CrmKanbanDynamicGroupList);
    expectLengths(KanbanQuickCreateController.prototype, { showFormDialogInError: 1, validate: 1 });
    expect(KanbanRecordQuickCreate.components).toInclude("KanbanQuickCreateController");
    expectLengths(GroupConfigMenu.prototype, { canEditGroup: 0 });
    expect(getterOf(GroupConfigMenu.prototype, "permissions")).toBeInstanceOf(Function);
    expect(getterOf(GroupConfigMenu.prototype, "group")).toBeInstanceOf(Function);
    expect(GroupConfigMenu.props).toInclude("dialogClose");
    expect(GroupConfigMenu.props).toInclude("list");
    expectLengths(AnimatedNumber.prototype, { format: 1 });
    expect(getterOf(AnimatedNumber.prototype, "currencyId")).toBeInstanceOf(Function);
    expectLengths(GraphRenderer.prototype, { formatValue: 3 });
});

test("what is extended", () => {
    for (const name of ["crm_kanban", "forecast_kanban"]) {
        const { Controller } = registry.category("views").get(name);
        expect(Controller.prototype).toBeInstanceOf(KanbanController);
    }
    for (const name of ["winerp_lead_list", "forecast_list"]) {
        const { Controller } = registry.category("views").get(name);
        expect(Controller.prototype).toBeInstanceOf(ListController);
    }
    expectLengths(ListController.prototype, {
        onAskMultiSaveConfirmation: 2,
        onRecordSaved: 1,
        onWillSaveMulti: 2,
        onWillSaveRecord: 1,
    });
    for (const name of ["editedRecord", "selection"]) {
        expect(getterOf(DynamicList.prototype, name)).toBeInstanceOf(Function);
    }
    expect(getterOf(DynamicGroupList.prototype, "records")).toBeInstanceOf(Function);
    expectLengths(RelationalModel.prototype, { load: 0 });
    expectLengths(DomainSelector.prototype, {
        getDefaultCondition: 1,
        getOperatorEditorInfo: 1,
        getPathEditorInfo: 2,
        getShowArchivedCheckBox: 2,
    });
    expect(DomainField.components.DomainSelector).toBe(DomainSelector);
    expect(ModelFieldSelector.props).toInclude("filter");
    expect(getterOf(PropertiesField.prototype, "groupedPropertiesList")).toBeInstanceOf(Function);
    expectLengths(RottingStatusBarDurationField.prototype, { selectItem: 1 });
    expect(rottingStatusBarDurationField.component).toBe(RottingStatusBarDurationField);
});

test("what is used of forms and records", () => {
    expectLengths(
        {
            extractFieldsFromArchInfo,
            getDefaultConfig,
            getFieldsSpec,
            getFormattedValue,
            isX2Many,
            loadSubViews,
            parseServerValue,
        },
        {
            extractFieldsFromArchInfo: 2,
            getDefaultConfig: 0,
            getFieldsSpec: 3,
            getFormattedValue: 2,
            isX2Many: 1,
            loadSubViews: 6,
            parseServerValue: 2,
        }
    );
    expectLengths(FormRecord.prototype, {
        checkValidity: 0,
        discard: 0,
        getChanges: 0,
        isDirty: 0,
        isFieldInvalid: 1,
        load: 0,
        resetFieldValidity: 1,
        save: 1,
        setInvalidField: 1,
        update: 1,
    });
    for (const name of ["activeFields", "context", "fields", "hooks", "mode", "resId", "values"]) {
        expect(Record.props.map((prop) => prop.replace("?", ""))).toInclude(name);
    }
    for (const name of ["archInfo", "class", "Compiler", "record"]) {
        expect(formView.Renderer.props).toInclude(name);
    }
    expect(new formView.ArchParser().parse).toBeInstanceOf(Function);
});

test("what is used of fields and errors", async () => {
    await makeMockEnv(); // the error says what happened, translated
    expect(Field.props).toInclude("fieldInfo?");
    expect(new FetchRecordError([1]).resIds).toEqual([1]);
});

test("what is used of activities", async () => {
    await makeMockEnv();
    expectLengths(getService("mail.store"), { scheduleActivity: 2 });
});

test("what is used of CRM", () => {
    expectLengths({ checkRainbowmanMessage }, { checkRainbowmanMessage: 3 });
    expect(registry.category("views").get("crm_form").Model).toBeInstanceOf(Function);
});
