"""Tracking messages of many records at once, in the same words and rows as core's."""
from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..tracking_batch import TRACKING_BATCH, TrackingBatch, get_batch, is_tracking_message, may_batch


class WinerpTrackingBatchMixin(models.AbstractModel):
    """Lets a model with a chatter post in a batch what has changed; it comes first in the model's ``_inherit``.

    Core goes through the records and says for each what is told of it, in which words, by whom. The messages are
    only collected then, and what core looks up for each is looked up once for all. All are created at once, and
    core notifies those who follow.

    Core stays in charge of it all where a method that is not run for each message any more is not as known:
    see :func:`may_batch`.
    """
    _name = 'winerp.tracking.batch.mixin'
    _description = "Tracking in Batch"

    def _message_track(self, fields_iter, initial_values_dict):
        if not self._is_tracked_in_batch():
            return super()._message_track(fields_iter, initial_values_dict)
        batch = TrackingBatch(self.ids)
        collecting = self.with_context(**{TRACKING_BATCH: batch})
        tracking = super(WinerpTrackingBatchMixin, collecting)._message_track(fields_iter, initial_values_dict)
        if batch.values_list:
            self._fallback_lang()._post_tracking(batch)
        return tracking

    def _is_tracked_in_batch(self):
        """Whether what has changed is posted in a batch; core's own call of ``_message_track`` is in superuser mode."""
        return self.env.su and len(self) > 1 and may_batch(type(self), type(self.env['mail.message']))

    def _get_tracking_batch(self):
        """Return the batch that is being collected for these records, or ``None``."""
        batch = get_batch(self.env)
        return batch if batch and batch.ids.keys() >= set(self._ids) else None

    # ------------------------------------------------------------
    # COLLECT, while core goes through the records
    # ------------------------------------------------------------

    def _message_create(self, values_list):
        batch = self._get_tracking_batch()
        if not batch or not all(map(is_tracking_message, values_list)):
            return super()._message_create(values_list)
        batch.values_list += values_list
        return self.env['mail.message']

    def _message_post_after_hook(self, message, msg_values):
        if not message and self._get_tracking_batch():
            return None  # the hook comes when there is one
        return super()._message_post_after_hook(message, msg_values)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        batch = self._get_tracking_batch()
        if message or not batch:
            return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        batch.posted[self.id] = msg_vals, kwargs
        return []

    # ------------------------------------------------------------
    # LOOK UP, once for all
    # ------------------------------------------------------------

    def _get_batched(self, batch):
        """Return the records of a batch; one that is gone would break the look-up of all."""
        return self.browse(batch.ask('records', self.browse(batch.ids).exists).ids)

    def _message_compute_parent_id(self, parent_id):
        batch = self._get_tracking_batch()
        if not batch or parent_id or not self._mail_flat_thread:
            return super()._message_compute_parent_id(parent_id)
        return batch.ask('parents', self._get_batched(batch)._get_parent_message_ids).get(self.id, False)

    def _mail_get_alias_domains(self, default_company=False):
        batch = self._get_tracking_batch()
        if not batch:
            return super()._mail_get_alias_domains(default_company=default_company)
        everything = super(WinerpTrackingBatchMixin, self._get_batched(batch))
        domains = batch.ask(
            ('alias domains', default_company), lambda: everything._mail_get_alias_domains(default_company=default_company))
        return {record.id: domains[record.id] for record in self}

    def _notify_get_reply_to(self, default=None, author_id=False):
        batch = self._get_tracking_batch()
        if batch:
            everything = super(WinerpTrackingBatchMixin, self._get_batched(batch))
            author, reply_to = batch.ask('reply to', lambda: (
                (default, author_id), everything._notify_get_reply_to(default=default, author_id=author_id)))
            if author == (default, author_id):  # most often who acts; another one is asked for alone
                return {record.id: reply_to[record.id] for record in self}
        return super()._notify_get_reply_to(default=default, author_id=author_id)

    def _get_parent_message_ids(self):
        """Return for each record what ``_message_compute_parent_id`` does: its last comment or e-mail, or else message.

        As there, among its last 200. Records without messages are left out.
        """
        Message = self.env['mail.message']
        Message.flush_model(['model', 'res_id', 'message_type', 'date'])
        return dict(self.env.execute_query(SQL(
            """
            SELECT thread.id, parent.id
              FROM unnest(%(ids)s) AS thread(id), LATERAL (
                    SELECT id
                      FROM (SELECT id, message_type, date, create_date
                              FROM mail_message
                             WHERE model = %(model)s AND res_id = thread.id AND message_type != 'user_notification'
                             ORDER BY date DESC, id DESC
                             LIMIT 200) AS last
                     ORDER BY message_type IN ('comment', 'email') DESC, COALESCE(date, create_date) DESC, id DESC
                     LIMIT 1) AS parent
            """, ids=list(self._ids), model=self._name)))

    # ------------------------------------------------------------
    # POST
    # ------------------------------------------------------------

    def _post_tracking(self, batch):
        """Create the messages, and do what core does after each."""
        messages = self._create_tracking_messages(batch.values_list)
        by_thread = {values['res_id']: message for values, message in zip(batch.values_list, messages, strict=True)}
        notified_ids = self._get_notified_thread_ids(batch.posted)
        for thread in self:
            if thread.id in batch.posted:
                values, options = batch.posted[thread.id]
                thread._message_post_after_hook(by_thread[thread.id], values)
                if thread.id in notified_ids:
                    thread._notify_thread(by_thread[thread.id], values, **options)

    def _create_tracking_messages(self, values_list):
        messages = self._message_create([
            {name: value for name, value in values.items() if name != 'tracking_value_ids'} for values in values_list])
        # sudo: mail.tracking.value - closed to users; mail.message creates them so, message by message
        messages.env['mail.tracking.value'].sudo().create([
            {**tracking_values, 'mail_message_id': message.id}
            for message, values in zip(messages, values_list, strict=True)
            for _command, _id, tracking_values in values['tracking_value_ids']
        ])
        return messages

    def _get_notified_thread_ids(self, posted):
        """Return the ids of the records whose message may be for anybody but who acts: there core notifies.

        :param dict posted: ``{id: (values, options)}``
        """
        notified_ids, ids_by_sender = set(), defaultdict(list)
        for thread_id, (values, options) in posted.items():
            if options or values['partner_ids'] or values['outgoing_email_to'] or self.env.context.get('mail_notify_author'):
                notified_ids.add(thread_id)
            else:
                ids_by_sender[values['subtype_id'], values['author_id']].append(thread_id)
        for (subtype_id, author_id), ids in ids_by_sender.items():
            acting_id = self._message_compute_real_author(author_id).id
            recipients = self.env['mail.followers']._get_recipient_data(self.browse(ids), 'notification', subtype_id, [])
            notified_ids.update(thread_id for thread_id in ids if recipients[thread_id].keys() - {acting_id})
        return notified_ids
