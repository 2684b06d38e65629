"""The pipeline in one file: from the interface and from ``odoo shell``."""
import base64

from odoo import api, models
from odoo.exceptions import UserError

from ..client_values import is_integer
from ..pipeline_file.applying import PipelineUpdate
from ..pipeline_file.exporting import PipelineExport


class CrmStage(models.Model):
    _inherit = 'crm.stage'  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def export_pipeline(self):
        """Return stages and what they require as the text of a file that another database can import.

        Nothing in it is an id: records are named, fields by their technical names. The same pipeline gives the same text
        in every database, whatever its languages.

        :return: JSON; of these stages, or of all that the user sees if there are none in ``self``
        :raise AccessError: for who is not a sales administrator
        :raise ValidationError: naming what another database could not understand
        """
        self._check_pipeline_access()
        return PipelineExport(self.env).get_text(self)

    @api.model
    def import_pipeline(self, content, dry_run=False, remove=()):
        """Make stages and what they require as a file says, all or nothing.

        A stage is the same if it has the same name, in any language, for the same teams. Its requirements become those of
        the file. Stages that the file does not have stay.

        :param content: text, or bytes, that :meth:`export_pipeline` has returned or a person has written
        :param bool dry_run: change nothing, and tell what would be changed
        :param remove: ids of stages that go if the file does not have them
        :return: ``{'changes': […], 'kept': […]}``: what is changed, each ``{'kind': 'create' | 'change' | 'remove',
            'stage', 'what', 'before', 'after'}`` in the user's words; stages that the file does not have, each
            ``{'stage_id', 'stage', 'lead_count'}``
        :raise AccessError: for who is not a sales administrator
        :raise UserError: if stages to be removed are not named by ids
        :raise ValidationError: naming all that is wrong with its path, or a stage to be removed that has opportunities
        """
        self._check_pipeline_access()
        update = PipelineUpdate(self.env, content, self._browse_named(remove))
        result = {'changes': update.get_changes(), 'kept': update.get_kept()}
        if not dry_run and result['changes']:
            update.apply()
        return result

    @api.model
    def _browse_named(self, ids):
        """Return the stages that a client names.

        :raise UserError: if it names none
        """
        if not isinstance(ids or (), (list, tuple)) or not all(map(is_integer, ids or ())):
            raise UserError(self.env._("Name the stages that are to be removed by a list of their ids."))
        return self.browse(ids or ())

    def action_export_pipeline(self):
        """Download these stages, or all, as a file."""
        export = self.env['crm.stage.export'].create({'content': base64.b64encode(self.export_pipeline().encode())})
        return {
            'type': 'ir.actions.act_url', 'target': 'download',
            'url': f'/web/content/crm.stage.export/{export.id}/content/pipeline.json?download=true',
        }

    @api.model
    def _check_pipeline_access(self):
        self.browse().check_access('write')
        self.env['crm.stage.requirement'].check_access('write')
