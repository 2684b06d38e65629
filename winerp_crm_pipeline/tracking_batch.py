"""What a batch of tracking messages keeps, and where core may be spared. Plain Python, for any model to use."""

# Context key of the TrackingBatch whose messages are being put together. No RPC client can send one.
TRACKING_BATCH = 'winerp_tracking_batch'

MAIL = 'odoo.addons.mail.models.mail_thread.MailThread'
OURS = 'odoo.addons.winerp_crm_pipeline.models.winerp_tracking_batch_mixin.WinerpTrackingBatchMixin'

# Whose definition of a method allows for a batch. The method is not run for each message, or what it returns
# comes too early to be of use to who overrides it; the hook must reach the batch before anybody else.
NEUTRAL = {
    'mail.thread': {
        'message_post': {
            MAIL,
            'odoo.addons.sms.models.mail_thread.MailThread',
            'odoo.addons.rating.models.mail_thread.MailThread',
            'odoo.addons.sale.models.sale_order.SaleOrder',
        },
        '_mail_track': {'odoo.addons.mail.models.models.Base'},
        '_message_track': {MAIL, OURS},
        '_message_log': {MAIL},
        '_message_log_batch': {MAIL},
        '_message_create': {MAIL, OURS},
        '_message_compute_parent_id': {MAIL, OURS},
        '_notify_thread': {MAIL, OURS, 'odoo.addons.sms.models.mail_thread.MailThread'},
        '_notify_thread_with_out_of_office': {MAIL},
        '_notify_get_recipients': {MAIL},
    },
    'mail.message': {
        'create': {
            'odoo.addons.mail.models.mail_message.MailMessage',
            'odoo.orm.models.BaseModel',
        },
    },
}
FIRST_HOOK = '_message_post_after_hook'


class TrackingBatch:
    """The messages that tell what changed on some records, before there are any.

    :ivar ids: of the records, in the order of their messages
    :ivar values_list: what each message is created with
    :ivar posted: ``{record id: (values, options)}`` of those that notify whoever follows; the others are mere logs
    """

    def __init__(self, ids):
        self.ids = dict.fromkeys(ids)
        self.values_list = []
        self.posted = {}
        self._answers = {}

    def ask(self, question, function):
        """Return what a function returned when the question was first asked."""
        if question not in self._answers:
            self._answers[question] = function()
        return self._answers[question]


def get_batch(env):
    """Return the batch that the environment collects for, or ``None``."""
    batch = env.context.get(TRACKING_BATCH)
    return batch if isinstance(batch, TrackingBatch) else None


def is_tracking_message(values):
    """Whether a message tells what changed; core gives the list of changes to no other."""
    return values.get('message_type') == 'notification' and isinstance(values.get('tracking_value_ids'), list)


def may_batch(thread_class, message_class):
    """Whether nobody would miss that tracking messages are not posted one by one.

    Add-ons that are not known, automation rules and patches leave core in charge.

    :param thread_class: class in the registry of the model that is tracked
    :param message_class: of its messages
    """
    first_hook = next(_get_definitions(thread_class, FIRST_HOOK), None)
    return _get_path(first_hook) == f'{OURS}.{FIRST_HOOK}' and all(
        _get_path(method) in {f'{path}.{name}' for path in paths}
        for model_class, methods in ((thread_class, NEUTRAL['mail.thread']), (message_class, NEUTRAL['mail.message']))
        for name, paths in methods.items()
        for method in _get_definitions(model_class, name)
    )


def _get_definitions(model_class, name):
    """Return all definitions of a method, in the order in which they are run."""
    return (vars(cls)[name] for cls in model_class.__mro__ if name in vars(cls))


def _get_path(method):
    """Return the module and the qualified name of a method; of a wrapper, which passes for what it wraps, ``None``."""
    if getattr(method, '_api_model', False):
        method = getattr(method, '__wrapped__', method)  # what api.model_create_multi decorates
    return None if hasattr(method, '__wrapped__') else f'{method.__module__}.{getattr(method, "__qualname__", None)}'
