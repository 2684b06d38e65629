from odoo.exceptions import ValidationError


class StageRequirementError(ValidationError):
    """An opportunity may not be in a stage because requirements are not met there.

    :param str message: what a person reads, translated
    :param dict context: handed to RPC clients by Odoo::

        {'stage_id': int,
         'leads': [{'id': int | False, 'name': str, 'stage_id': int,
                    'missing': [{'id': int, 'name': str, 'field_name': str | False, 'level': str}]}]}

        ``id`` is ``False`` for an opportunity that was being created.
    """

    def __init__(self, message, context):
        super().__init__(message)
        self.context = context
