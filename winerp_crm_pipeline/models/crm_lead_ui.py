"""What the web client needs to ask a salesperson for what is missing."""
from lxml import etree

from odoo import api, fields, models
from odoo.http import request

from ..exceptions import StageRequirementError
from ..stage_rules import parse_domain
from .crm_lead import MAX_NAMED_LEADS
from .crm_stage_requirement import UNSUITABLE_FIELDS

# What a field keeps of its place in the form of the opportunity.
FORM_NODE_ATTRIBUTES = ('widget', 'options', 'context', 'domain', 'placeholder', 'columns', 'mode', 'password', 'teamField')
ADDRESS_FIELDS = ('street', 'street2', 'city', 'state_id', 'zip', 'country_id')
# They take the whole width, below their label.
WIDE_TYPES = ('html', 'text', 'one2many', 'properties')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    stage_checklist = fields.Json(
        compute='_compute_stage_checklist',
        help="What the stage of the opportunity and the next one require, for the web client.")

    # Only what decides which requirements hold: the web client follows the values by itself,
    # or each edit of a field would cost a request.
    @api.depends_context('uid', 'lang')
    @api.depends('stage_id', 'team_id', 'company_id', 'type', 'active')
    def _compute_stage_checklist(self):
        rules = self._get_stage_rules()
        leads = self.filtered(lambda lead: lead.type == 'opportunity' and lead.active) if rules else self.browse()
        (self - leads).stage_checklist = False
        current = {lead: rules.for_position(lead.stage_id.id, lead.team_id.id, lead.company_id.id) for lead in leads}
        next_ids = {lead: rules.get_next_stage_id(lead.stage_id.id, lead.team_id.id) for lead in leads}
        following = {
            lead: rules.for_position(stage_id, lead.team_id.id, lead.company_id.id) if stage_id else []
            for lead, stage_id in next_ids.items()
        }
        items = leads._prepare_checklist_items({lead: {*current[lead], *following[lead]} for lead in leads})
        stage_names = self.env['crm.stage']._get_stage_names(self.env.lang)
        can_override = self._can_override_requirements()
        for lead in leads:
            current_items = [items[lead][rule.id] for rule in self._get_distinct_rules(current[lead])]
            lead.stage_checklist = {
                'stage': stage_names.get(lead.stage_id.id, ''),
                'current': current_items,
                **lead._prepare_required_names(current_items, can_override),
                'next_stage': stage_names.get(next_ids[lead], False),
                'next_stage_id': next_ids[lead],
                'next': [items[lead][rule.id] for rule in self._get_distinct_rules(following[lead])],
            }

    @api.model
    def _get_distinct_rules(self, rules):
        """Return rules without those that ask once more for the same field."""
        return list({
            (rule.field_name, rule.condition, rule.level) if rule.kind == 'field' else rule.id: rule
            for rule in reversed(rules)
        }.values())[::-1]

    def _prepare_required_names(self, items, can_override):
        """Return which fields the form marks, and which of them it does not let go empty.

        One that was empty before the rule came may stay so: the opportunity stays editable. Whoever may override, and
        what a condition decides that may change in the form, is left to the server, which asks.

        :param list items: what the stage of the opportunity requires
        :return: ``{'required': list of names, 'held': list of names}``
        """
        required = [
            item for item in items if item['field_name'] and item['level'] == 'block' and item['applies']
        ]
        is_new = not self._origin
        return {
            'required': [item['field_name'] for item in required],
            'held': [
                item['field_name'] for item in required
                if not item['condition'] and (not can_override if is_new else item['is_met'])
            ],
        }

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Let the form that shows the checklist mark what the stage requires.

        Each field asks for itself, whatever is configured: the web client keeps views on disk and would miss new rules.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == 'form' and arch.xpath("//field[@name='stage_checklist']"):
            for node in arch.xpath('//field[not(ancestor::field)]'):
                name = node.get('name')
                if name in self._fields and name not in UNSUITABLE_FIELDS and not self._fields[name].readonly:
                    held = f"(stage_checklist and '{name}' in stage_checklist['held'])"
                    node.set('required', f"({node.get('required')}) or {held}" if node.get('required') else held)
                    node.set('decoration-stage_required', f"stage_checklist and '{name}' in stage_checklist['required']")
        return arch, view

    def _prepare_checklist_items(self, rules_by_lead):
        """Return ``{lead: {rule id: what the web client is told of it}}``."""
        names = self.env['crm.stage.requirement']._get_rule_names(self.env.lang)
        states = self._get_rule_states(set().union(*rules_by_lead.values()))
        return {
            lead: {
                rule.id: {
                    'id': rule.id, 'name': names[rule.id], 'level': rule.level,
                    'field_name': rule.kind == 'field' and rule.field_name,
                    'domain': rule.domain, 'condition': rule.condition,
                    'applies': lead.id in states[rule][0],
                    'is_met': lead.id not in states[rule][0] or lead.id in states[rule][1],
                }
                for rule in lead_rules
            }
            for lead, lead_rules in rules_by_lead.items()
        }

    @api.model
    def _prepare_refusal(self, unmet, stage_ids, created=False, movable=True, written=True):
        error = super()._prepare_refusal(unmet, stage_ids, created=created, movable=movable, written=written)
        if request and request.session.uid:  # a person, who can be asked
            dialog = self._prepare_stage_dialog(unmet, error.context['stage_id'], created, movable)
            if dialog['form'] and not written:
                [lead] = unmet
                dialog['form']['values'] = lead._read_missing_values(dialog['form'])
            error.context['dialog'] = dialog
        return error

    def web_save_multi(self, vals_list, specification):
        if not self._get_stage_rules():
            return super().web_save_multi(vals_list, specification)
        try:
            with self.env.cr.savepoint():  # what is looked at again below must be as it was
                return super().web_save_multi(vals_list, specification)
        except StageRequirementError as error:
            # It names the first of them only, which are written one by one.
            raise self._prepare_multi_refusal(vals_list) or error from None

    def _prepare_multi_refusal(self, vals_list):
        """Return the error that names each opportunity whose own values are refused. The request is lost anyway."""
        rules = {rule.id: rule for rule in self._get_stage_rules()}
        unmet, stage_ids = {}, {}
        for lead, vals in zip(self, vals_list, strict=True):
            try:
                lead.write(vals)
            except StageRequirementError as error:
                [refused] = error.context['leads']
                unmet[lead] = [rules[requirement['id']] for requirement in refused['missing']]
                stage_ids[lead] = refused['stage_id']
        return unmet and self._prepare_refusal(unmet, stage_ids, movable=False)

    @api.model
    def _warn_of_missing(self, unmet):
        if not (request and request.session.uid):
            return super()._warn_of_missing(unmet)
        leads = [
            {
                'id': lead.id, 'name': lead.name, 'stage_id': lead.stage_id.id,
                'missing': self._browse_rules(lead_rules).mapped('name'),
            }
            for lead, lead_rules in unmet.items()
        ]
        lines = [f"{lead['name']}: {', '.join(lead['missing'])}" for lead in leads[:MAX_NAMED_LEADS]]
        if len(leads) > MAX_NAMED_LEADS:
            lines.append(self.env._("… and %(count)s more.", count=len(leads) - MAX_NAMED_LEADS))
        self.env.user._bus_send('winerp_crm_pipeline.stage_warning', {'message': "\n".join(lines), 'leads': leads})

    @api.readonly
    def get_stage_dialog(self, stage_id):
        """Return what a dialog needs to ask for what opportunities lack in a stage.

        :param int stage_id: the ``crm.stage``
        :return: as in ``StageRequirementError``, and ``'dialog'``, see :meth:`_prepare_stage_dialog`
        """
        self.check_access('read')
        rules = self._get_stage_rules()
        unmet = self._get_unmet_rules({
            lead: rules.for_position(stage_id, lead.team_id.id, lead.company_id.id) for lead in self
        })
        return {
            'stage_id': stage_id,
            'leads': [
                {
                    'id': lead.id, 'name': lead.name, 'stage_id': stage_id,
                    'missing': self._browse_rules(lead_rules)._prepare_missing_values(),
                }
                for lead, lead_rules in unmet.items()
            ],
            'dialog': self._prepare_stage_dialog(unmet, stage_id),
        }

    @api.model
    def _prepare_stage_dialog(self, unmet, stage_id, created=False, movable=True):
        """Return how the web client asks for what is missing.

        :param dict unmet: ``{lead: list of StageRule}``
        :param bool created: see :meth:`_prepare_refusal`
        :param bool movable: the same
        :return: ``{'stage_name': str, 'can_override': bool, 'form': dict | False, 'conditions': list}``;
            form and conditions only if there is a single opportunity
        """
        dialog = {
            'stage_name': self.env['crm.stage'].browse(stage_id).name,
            'can_override': movable and self._can_override_requirements(),
            'form': False,
            'conditions': [],
        }
        if len(unmet) == 1:
            [(lead, rules)] = unmet.items()
            dialog['conditions'] = [lead._prepare_condition(rule, created) for rule in rules if rule.kind == 'domain']
            dialog['form'] = lead._prepare_missing_form(rules)
        return dialog

    # ------------------------------------------------------------
    # CONDITIONS
    # ------------------------------------------------------------

    def _prepare_condition(self, rule, created=False):
        """Return one line of the checklist: a condition, and the document that could meet it, if any."""
        self.ensure_one()
        return {
            'id': rule.id,
            'name': self._browse_rules([rule]).name,
            'remedy': next(filter(None, (
                self._prepare_remedy(path, created) for path in self._get_domain_paths(rule.domain))), False),
        }

    @api.model
    def _get_domain_paths(self, text):
        return [condition.field_expr for condition in parse_domain(text, self.env.uid).iter_conditions()]

    def _prepare_remedy(self, path, created):
        """Return the form in which a condition on ``path`` can be met, or ``None``.

        A document of the opportunity, such as a quotation, is created; one that it points to,
        such as its customer, is opened.
        """
        name, *rest = path.split('.')
        field = self._fields[name]
        if field.type == 'one2many' and not created:
            if self.env[field.comodel_name].has_access('create'):
                return {
                    'model': field.comodel_name, 'res_id': False, 'context': self._prepare_remedy_context(field),
                    'label': self._get_remedy_label(field),
                }
        elif field.type == 'many2one' and rest and self[name] and self[name].has_access('write'):
            return {
                'model': field.comodel_name, 'res_id': self[name].id, 'context': {}, 'label': self[name].display_name,
            }
        return None

    @api.model
    def _get_remedy_label(self, field):
        """Return what one new document of a one2many field is called, for the button that adds it."""
        if field.comodel_name == 'calendar.event':
            return self.env._("Meeting")
        return field.get_description(self.env, ['string'])['string']

    def _prepare_remedy_context(self, field):
        """Return the defaults of a new document of the opportunity: what both have in common."""
        if field.comodel_name == 'calendar.event':
            context = self.action_schedule_meeting(smart_calendar=False)['context']
            return {key: value for key, value in context.items() if key.startswith('default_')}
        context = {f'default_{field.inverse_name}': self.id}
        for name, other in self.env[field.comodel_name]._fields.items():
            own = self._fields.get(name)
            if own and own.type == other.type == 'many2one' and own.comodel_name == other.comodel_name and self[name]:
                if other.store and not other.readonly:
                    context.setdefault(f'default_{name}', self[name].id)
        return context

    # ------------------------------------------------------------
    # FORM
    # ------------------------------------------------------------

    def _prepare_missing_form(self, rules):
        """Return a form of just what is missing, each field with the widget it has on the opportunity.

        :param list rules: of ``StageRule``
        :return: ``{'arch': str, 'models': dict, 'required': list of names}``, or ``False`` without a field to fill
        """
        self.ensure_one()
        labels = {}
        for rule in rules:
            if rule.kind == 'field':
                labels[rule.field_name] = self._browse_rules([rule]).name
        required = list(labels)
        for rule in rules:
            if rule.kind == 'domain':
                for path in self._get_domain_paths(rule.domain):
                    if self._can_fill_in(path):
                        labels.setdefault(path.split('.')[0], None)
        if not labels:
            return False
        arch, fields_by_model = self._build_missing_form(labels, required)
        return {
            'arch': arch,
            'required': required,
            'models': {
                model: {'fields': self.env[model].fields_get(
                    allfields=names, attributes=self.env[model]._get_view_field_attributes())}
                for model, names in fields_by_model.items()
            },
        }

    def _read_missing_values(self, form):
        """Return what ``web_read`` would for the form of what is missing, so that the web client need not ask.

        :param dict form: see :meth:`_prepare_missing_form`
        :return: dict, or ``False`` where only the web client knows what to read: properties, and relations that are set
        """
        nodes = etree.fromstring(form['arch'])
        specification = {}
        for name in form['models'][self._name]['fields']:
            field = self._fields[name]
            is_hidden = all(node.get('invisible') in ('1', 'True') for node in nodes.xpath(f"//field[@name='{name}']"))
            if field.type == 'properties' or (field.relational and self[name] and not is_hidden):
                return False
            specification[name] = {'fields': {}} if field.type == 'many2one' else {}
        return self.web_read(specification)[0]

    def _can_fill_in(self, path):
        """Whether a condition on ``path`` is met by filling in a field of the opportunity."""
        name, *rest = path.split('.')
        field = self._fields[name]
        return (
            name not in UNSUITABLE_FIELDS and not field.readonly and field.type != 'one2many'
            and (not rest or (field.type == 'many2one' and not self[name]))
        )

    @api.model
    def _build_missing_form(self, labels, required):
        source = etree.fromstring(self.get_view(view_type='form')['arch'])
        form = etree.Element('form')
        group = etree.SubElement(form, 'group')
        for name, label in labels.items():
            if name in ADDRESS_FIELDS:
                continue
            for node in self._build_field_nodes(source, name, label, name in required):
                group.append(node)
        self._append_address(source, group, {name: name in required for name in ADDRESS_FIELDS if name in labels})
        for name in labels:
            currency = self._fields[name].type == 'monetary' and self._fields[name].get_currency_field(self)
            if currency and not form.xpath(f"//field[@name='{currency}']"):
                etree.SubElement(form, 'field', name=currency, invisible='1')
        View = self.env['ir.ui.view']
        arch, fields_by_model = View.postprocess_and_fields(form, model=self._name)
        node = View._postprocess_access_rights(etree.fromstring(arch))
        for used in node.xpath("//*[@data-used-by]"):
            del used.attrib['data-used-by']  # a developer's aid, longer than all the rest
        return etree.tostring(node, encoding='unicode'), self._get_view_fields('form', fields_by_model)

    @api.model
    def _find_form_node(self, source, name):
        """Return the node of a field in the form of the opportunity: the one that opportunities show, not leads."""
        nodes = source.xpath(f"//field[@name='{name}'][not(ancestor::field)]")
        shown = [
            node for node in nodes
            if not any("type == 'opportunity'" in (parent.get('invisible') or '') for parent in (node, *node.iterancestors()))
            and node.get('invisible') not in ('1', 'True')
        ]
        return next(iter(shown or nodes), None)

    @api.model
    def _build_field_nodes(self, source, name, label, is_required):
        original = self._find_form_node(source, name)
        node = etree.Element('field', name=name)
        if original is not None:
            node.attrib.update({key: original.get(key) for key in FORM_NODE_ATTRIBUTES if original.get(key)})
            node.extend(original)
            if self._fields[name].type == 'html':
                node.attrib.pop('options', None)  # nobody edits together in a dialog
            label = label or original.get('string')
        if label:
            node.set('string', label)
        if is_required:
            node.set('required', '1')
            if name not in ADDRESS_FIELDS:  # whose placeholders are their labels; others say what empty means
                node.attrib.pop('placeholder', None)
        if self._fields[name].type not in WIDE_TYPES:
            return [node]
        node.set('nolabel', '1')
        node.set('colspan', '2')
        heading = etree.Element('label', attrib={'for': name, 'colspan': '2'})
        if label:
            heading.set('string', label)
        return [node] if self._fields[name].type == 'properties' else [heading, node]

    @api.model
    def _append_address(self, source, group, names):
        """Add what is missing of the address as one block, as on the form."""
        if not names:
            return
        etree.SubElement(group, 'label', attrib={'for': next(iter(names)), 'string': self.env._("Address")})
        block = etree.SubElement(group, 'div', attrib={'class': 'o_address_format'})
        for name, is_required in names.items():
            original = self._find_form_node(source, name)
            [node] = self._build_field_nodes(source, name, None, is_required)
            if original is not None and original.get('class'):
                node.set('class', original.get('class'))
            block.append(node)
