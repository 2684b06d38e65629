import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Says what an opportunity lacks that was let through, and offers to fill it in. */
export const stageWarningService = {
    dependencies: ["action", "bus_service", "notification", "winerp_stage_dialog"],
    start(env, { action, bus_service: bus, notification, winerp_stage_dialog: stageDialog }) {
        async function fillIn({ id, stage_id: stageId }) {
            const savedIds = await stageDialog.fillIn({ ids: [id], stageIds: stageId });
            if (savedIds.length) {
                await action.doAction("soft_reload");
            }
        }

        bus.subscribe("winerp_crm_pipeline.stage_warning", ({ message, leads }) => {
            const [lead] = leads;
            const close = notification.add(message, {
                title: _t("Missing information"),
                type: "warning",
                autocloseDelay: 10000,
                buttons:
                    leads.length > 1
                        ? []
                        : [
                              {
                                  name: _t("Fill In"),
                                  primary: true,
                                  onClick: () => {
                                      close();
                                      return fillIn(lead);
                                  },
                              },
                          ],
            });
        });
    },
};

registry.category("services").add("winerp_stage_warning", stageWarningService);
