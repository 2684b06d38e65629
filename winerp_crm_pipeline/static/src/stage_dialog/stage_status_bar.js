import {
    RottingStatusBarDurationField,
    rottingStatusBarDurationField,
} from "@mail/js/rotting_mixin/rotting_statusbar";
import { registry } from "@web/core/registry";
import { pick } from "@web/core/utils/objects";
import { isX2Many } from "@web/views/utils";
import { isChanged, isDeleted } from "./stage_guard";
import { isRequested, isStageRefusal } from "./stage_refusal";
import { movingFrom } from "./stage_seen";

/** The status bar of an opportunity. One that shows the new stage although the move was refused would be a lie. */
export class StageStatusBar extends RottingStatusBarDurationField {
    /** As core's, with a way back between the update of the form and its saving. */
    async selectItem({ value: id, label }) {
        const { name, record } = this.props;
        const changes = await record.getChanges();
        const before = { ...record.data };
        await record.update({ [name]: { id, display_name: label } });
        const moved = { ...record.data };
        try {
            await movingFrom(record.resId, before[name]?.id, () => record.save());
        } catch (error) {
            if (isStageRefusal(error) || isChanged(error)) {
                await this.moveBack(changes, before, moved);
            }
            await this.catchUp(error);
            throw error;
        }
    }

    /** Show where a colleague moved it meanwhile, or that it waits for approval, unless something is being typed; leave what was deleted. */
    async catchUp(error) {
        const { record } = this.props;
        if (isDeleted(error)) {
            await record.discard();
            this.env.config.historyBack();
        } else if ((isChanged(error) || isRequested(error)) && !(await record.isDirty())) {
            await record.load();
        }
    }

    /**
     * Take back what the move changed: the stage, and what followed from it. What was typed stays.
     *
     * @param {Object} changes what was typed before
     * @param {Object} before values before the move
     * @param {Object} moved values after it
     */
    async moveBack(changes, before, moved) {
        const { record } = this.props;
        const changesNow = await record.getChanges();
        const names = Object.keys(before);
        const typedNow = names.filter((name) => record.data[name] !== moved[name]);
        const wanted = { ...before, ...pick(record.data, ...typedNow) };
        const isX2ManyChanged = Object.entries(changesNow).some(
            ([name, value]) => isX2Many(record.fields[name]) && value.length
        );
        if (isX2ManyChanged) {
            // Only core could type that again, so the stage is set back: a change that the next save will write.
            await this.update({ [this.props.name]: before[this.props.name] });
            await this.update(pick(wanted, ...names.filter((name) => name !== this.props.name)));
        } else {
            await record.discard();
            await this.update(pick(wanted, ...Object.keys(changes), ...typedNow));
        }
    }

    /** Set those values that differ, which may cost a request. */
    async update(values) {
        const { record } = this.props;
        const names = Object.keys(values).filter(
            (name) => record.data[name] !== values[name] && !isX2Many(record.fields[name])
        );
        if (names.length) {
            await record.update(pick(values, ...names));
        }
    }
}

registry.category("fields").add("stage_status_bar", {
    ...rottingStatusBarDurationField,
    component: StageStatusBar,
    additionalClasses: ["o_field_rotting_statusbar_duration"], // its looks
});
