from odoo.exceptions import UserError, ValidationError


class StageRequirementError(ValidationError):
    """An opportunity may not be in a stage because requirements are not met there.

    :param str message: what a person reads, translated
    :param dict context: handed to RPC clients by Odoo::

        {'stage_id': int,
         'leads': [{'id': int | False, 'name': str, 'stage_id': int,
                    'missing': [{'id': int, 'name': str, 'field_name': str | False, 'level': str}]}]}

        ``id`` is ``False`` for an opportunity that was being created. Long names are cut. A negative ``id`` of what is
        missing is no requirement: the stage may not be entered from there, see ``stage_paths.PathRules``.
    :param bool is_movable: whether a move with override would get the opportunities there
    """

    def __init__(self, message, context, is_movable=True):
        super().__init__(message)
        self._missing = context
        self.is_movable = is_movable
        self.context = {}

    @property
    def context(self):
        return self._context

    @context.setter
    def context(self, context):
        # Automation rules put a context of their own on whatever error passes: what is missing stays in it.
        context.update(self._missing)
        self._context = context


class OpportunityChangedError(UserError):
    """An opportunity is no longer as a person saw it who is about to change it; see ``crm.lead._check_seen``.

    :param str message: what a person reads, translated
    :param dict context: handed to RPC clients by Odoo::

        {'stage_name': str, the stage it was to move to, or '',
         'leads': [{'id': int, 'name': str,
                    'stage': {'id', 'name', 'user': str, who moved it there, or ''} | False if it was not moved,
                    'values': [{'name': str, 'value': as ``web_read`` has it, 'display_name': str of a many2one}]}]}
    """

    def __init__(self, message, context):
        super().__init__(message)
        self.context = context
