"""Import a pipeline: a file, what it would change, and then the change."""
import base64

from odoo import api, fields, models


class CrmStageImport(models.TransientModel):
    """A file that is looked at before it changes anything."""
    _name = 'crm.stage.import'
    _description = "Pipeline Import"

    file = fields.Binary(attachment=False, required=True)
    file_name = fields.Char()
    state = fields.Selection([('file', "File"), ('preview', "Preview")], default='file', required=True, readonly=True)
    is_outdated = fields.Boolean(readonly=True, help="What would change is no longer what was shown.")
    change_ids = fields.One2many('crm.stage.import.change', 'import_id', "What Changes", readonly=True)
    stage_ids = fields.One2many('crm.stage.import.stage', 'import_id', "Stages That the File Does Not Have")
    change_count = fields.Integer(compute='_compute_change_count')

    @api.depends('change_ids', 'stage_ids.is_removed')
    def _compute_change_count(self):
        for wizard in self:
            wizard.change_count = len(wizard.change_ids) + len(wizard.stage_ids.filtered('is_removed'))

    def action_preview(self):
        """Show what the file would change.

        :raise ValidationError: naming what is wrong with it
        """
        self.ensure_one()
        self._show(self._import(dry_run=True))
        return self._reopen()

    def action_back(self):
        """Choose another file."""
        self.state = 'file'
        return self._reopen()

    def action_apply(self):
        """Change what was shown; if it is something else by now, show that first."""
        self.ensure_one()
        result = self._import(dry_run=True)
        if self._prepare_changes(result) != self._get_shown():
            self._show(result)
            self.is_outdated = True
            return self._reopen()
        removed = self.stage_ids.filtered('is_removed')
        self._import(dry_run=False, remove=removed.stage_id.ids)
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {
                'type': 'success', 'message': self.env._("The pipeline is as the file says."),
                'next': self.env['ir.actions.act_window']._for_xml_id('crm.crm_stage_action'),
            },
        }

    def _import(self, **options):
        content = base64.b64decode(self.with_context(bin_size=False).file)
        return self.env['crm.stage'].import_pipeline(content, **options)

    def _show(self, result):
        self.change_ids.unlink()
        ticked = self.stage_ids.filtered('is_removed').stage_id.ids
        self.stage_ids.unlink()
        self.write({
            'state': 'preview', 'is_outdated': False,
            'change_ids': [(0, 0, values) for values in self._prepare_changes(result)],
            'stage_ids': [
                (0, 0, {
                    'stage_id': kept['stage_id'], 'lead_count': kept['lead_count'],
                    'is_removed': kept['stage_id'] in ticked and not kept['lead_count']})
                for kept in result['kept']],
        })

    def _prepare_changes(self, result):
        return [
            {'kind': change['kind'], 'stage_name': change['stage'], **{name: change[name] for name in ('what', 'before', 'after')}}
            for change in result['changes']]

    def _get_shown(self):
        names = 'kind', 'stage_name', 'what', 'before', 'after'
        return [{name: change[name] or '' for name in names} for change in self.change_ids]

    def _reopen(self):
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'views': [(False, 'form')],
            'target': 'new', 'name': self.env._("Import Pipeline"),
        }


class CrmStageImportChange(models.TransientModel):
    """One thing that an import would change."""
    _name = 'crm.stage.import.change'
    _description = "Pipeline Import Change"
    _order = 'id'

    import_id = fields.Many2one('crm.stage.import', required=True, ondelete='cascade', index=True)
    kind = fields.Selection([('create', "Create"), ('change', "Edit"), ('remove', "Remove")], "What Happens", readonly=True)
    stage_name = fields.Char("Stage", readonly=True)
    what = fields.Char(readonly=True)
    before = fields.Text("Now", readonly=True)
    after = fields.Text("After the Import", readonly=True)


class CrmStageImportStage(models.TransientModel):
    """A stage that the file does not have: it stays, unless ticked."""
    _name = 'crm.stage.import.stage'
    _description = "Pipeline Import Stage"
    _order = 'id'

    import_id = fields.Many2one('crm.stage.import', required=True, ondelete='cascade', index=True)
    stage_id = fields.Many2one('crm.stage', readonly=True, ondelete='cascade')
    lead_count = fields.Integer("Opportunities", readonly=True, help="In all companies, leads and archived ones too.")
    is_removed = fields.Boolean("Remove")
