import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Says what an opportunity lacks that was let through, and offers to fill it in. */
export const stageWarningService = {
    dependencies: ["action", "bus_service", "notification", "orm", "winerp_stage_dialog"],
    start(env, { action, bus_service: bus, notification, orm, winerp_stage_dialog: stageDialog }) {
        async function fillIn({ id, stage_id: stageId }) {
            const refusal = await orm.call("crm.lead", "get_stage_move_requirements", [
                [id],
                stageId,
            ]);
            if (!refusal.leads.length) {
                return; // filled in meanwhile
            }
            await stageDialog.open(refusal, {
                ids: [id],
                save: (values, context) => orm.write("crm.lead", [id], values, { context }),
            });
            await action.doAction("soft_reload");
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
                                      return fillIn(lead).catch((error) => {
                                          if (!error.isAnswered) {
                                              throw error;
                                          }
                                      });
                                  },
                              },
                          ],
            });
        });
    },
};

registry.category("services").add("winerp_stage_warning", stageWarningService);
