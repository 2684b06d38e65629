import { Component, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useRemedies } from "../stage_dialog/stage_remedy";
import { getChecklist } from "./checklist";

const FOCUSABLE = "input, textarea, select, [contenteditable=true], [tabindex='0'], button, a";

/** What an opportunity has and lacks to go on, on its form; a click leads to where it is filled in. */
export class StageChecklist extends Component {
    static template = "winerp_crm_pipeline.StageChecklist";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.remedies = useRemedies();
        this.rootRef = useRef("root");
    }

    get checklist() {
        return getChecklist(this.props.record);
    }

    /** What is missing already where the opportunity is, and not asked for again to go on. */
    get overdue() {
        const { current, next } = this.checklist;
        const nextIds = new Set(next.map((item) => item.id));
        return current
            .filter((item) => !item.isMet && !nextIds.has(item.id))
            .map((item) => ({ ...item, isOverdue: true }));
    }

    get groups() {
        if (!this.checklist) {
            return [];
        }
        const { stage, next, nextStage } = this.checklist;
        const groups = [];
        if (this.overdue.length) {
            groups.push({ title: _t("Missing in %(stage)s", { stage }), items: this.overdue });
        }
        if (next.length) {
            const met = next.filter((item) => item.isMet).length;
            const isReady = met === next.length;
            groups.push({
                title: isReady
                    ? _t("Ready for %(stage)s", { stage: nextStage })
                    : _t("To go on to %(stage)s", { stage: nextStage }),
                isReady,
                count: isReady ? "" : `${met}/${next.length}`,
                progress: isReady
                    ? ""
                    : _t("%(met)s of %(total)s met", { met, total: next.length }),
                // What is missing first; nothing more to say once nothing is.
                items: isReady ? [] : [...next].sort((one, other) => one.isMet - other.isMet),
            });
        }
        return groups;
    }

    get form() {
        return this.rootRef.el.closest(".o_form_renderer");
    }

    /** Go to the field of a requirement, on whatever tab it is, or to what else meets it. */
    async onItemClick(item) {
        const names = item.field_name
            ? [item.field_name]
            : [...(item.domain || "").matchAll(/\(\s*['"](\w+)/g)].map((match) => match[1]);
        for (const name of names) {
            if (await this.focusField(name)) {
                return;
            }
        }
        await this.openElsewhere(item);
    }

    async focusField(name) {
        if (this.focusVisible(name)) {
            return true;
        }
        const nodes =
            this.env.config.viewArch?.querySelectorAll(`page field[name="${name}"]`) || [];
        const tabs = [...nodes].map((node) => {
            const pageName = node.closest("page").getAttribute("name");
            return this.form.querySelector(`.o_notebook_headers .nav-link[name="${pageName}"]`);
        });
        const tab = tabs.find(Boolean); // pages of leads have no tab here
        if (!tab) {
            return false;
        }
        tab.click();
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return this.focusVisible(name);
    }

    focusVisible(name) {
        for (const field of this.form.querySelectorAll(`.o_field_widget[name="${name}"]`)) {
            const target = field.matches(FOCUSABLE) ? field : field.querySelector(FOCUSABLE);
            if (target && target.getClientRects().length) {
                target.scrollIntoView({ block: "nearest" });
                target.focus();
                return true;
            }
        }
        return false;
    }

    /** A condition that another document meets, or a field that this form does not show. */
    async openElsewhere(item) {
        const { record } = this.props;
        if (!(await record.save()) || !this.checklist) {
            return;
        }
        const stageId = item.isOverdue ? record.data.stage_id.id : this.checklist.nextStageId;
        const refusal = await this.orm.call(
            "crm.lead",
            "get_stage_move_requirements",
            [[record.resId], stageId],
            { context: record.context }
        );
        const condition = refusal.dialog.conditions.find(({ id }) => id === item.id);
        if (condition?.remedy?.model) {
            await this.remedies.open(condition.remedy, {
                id: record.resId,
                context: record.context,
                onChanged: () => record.load(),
            });
        }
    }
}

registry.category("view_widgets").add("stage_checklist", {
    component: StageChecklist,
    fieldDependencies: [{ name: "stage_checklist", type: "json", readonly: true }],
});
