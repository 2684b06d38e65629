"""The form of just what is missing, made of the form of the opportunity."""
import json

from lxml import etree

from odoo import api, models

from ..stage_rules import parse_domain
from .crm_stage_requirement import UNSUITABLE_FIELDS

# What a field keeps of its place in the form of the opportunity.
FORM_NODE_ATTRIBUTES = ('widget', 'options', 'context', 'domain', 'placeholder', 'columns', 'mode', 'password', 'teamField')
ADDRESS_FIELDS = ('street', 'street2', 'city', 'state_id', 'zip', 'country_id')
# They take the whole width, below their label.
WIDE_TYPES = ('html', 'text', 'one2many', 'properties')


class CrmLead(models.Model):
    _inherit = 'crm.lead'  # pylint: disable=consider-merging-classes-inherited

    def _prepare_missing_form(self, rules):
        """Return a form of just what is missing, each field with the widget it has on the opportunity.

        :param list rules: of ``StageRule``
        :return: ``{'arch': str, 'models': dict, 'required': list of names, 'properties': list of the names of those that
            are asked for one by one}``, or ``False`` without a field to fill
        """
        self.ensure_one()
        labels, required = self._get_missing_labels(rules)
        if not labels:
            return False
        properties = [rule.property_name for rule in rules if rule.property_name]
        return {
            'required': required, 'properties': properties,
            **self._build_missing_form(labels, required, self._get_shown_properties(rules))}

    @api.model
    def _get_shown_properties(self, rules):
        """Return the names of the properties that are shown, all if none is named."""
        names = {rule.property_name for rule in rules if rule.field_name == 'lead_properties'}
        return [] if '' in names else sorted(names)

    def _get_missing_labels(self, rules):
        """Return the fields that meet rules when they are filled in.

        :return: ``({name: label, or None for its own}, list of names that must not stay empty)``
        """
        names, labels, required = self._get_requirement_names(), {}, []
        for rule in rules:
            if rule.kind == 'field' and self._can_fill_in(rule.field_name):
                labels[rule.field_name] = names[rule.id]
                required.append(rule.field_name)
        for rule in rules:
            if rule.kind == 'domain':
                for name, is_required in self._get_condition_fields(rule).items():
                    labels.setdefault(name, None)
                    if is_required and name not in required:
                        required.append(name)
        return labels, required

    def _get_rule_fields(self, rule):
        """Return the names of the fields in which a rule is met, if any."""
        if rule.kind == 'domain':
            return [*self._get_condition_fields(rule)]
        return [rule.field_name] if self._can_fill_in(rule.field_name) else []

    def _get_condition_fields(self, rule):
        """Return ``{name: whether it must not stay empty}`` of the fields in which a condition is met, if any."""
        is_single = len(list(parse_domain(rule.domain, self.env.uid))) == 1
        fields = {}
        for condition in parse_domain(rule.domain, self.env.uid).iter_conditions():
            is_required = is_single and condition.operator == '!=' and condition.value is False
            for name in self._get_path_fields(condition.field_expr):
                fields[name] = is_required
        return fields

    def _get_path_fields(self, path):
        """Return the names of the fields to fill in for a condition on a path."""
        name = path.split('.')[0]
        customer_field = self._get_customer_field(path)
        if customer_field:
            return [customer_field] if self.partner_id else ['partner_id', customer_field]
        return [name] if self._can_fill_in(path) else []

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
            specification[name] = {'fields': {'display_name': {}}} if field.type == 'many2one' else {}
        return self.web_read(specification)[0]

    def _can_fill_in(self, path):
        """Whether a rule on ``path`` is met by filling in a field of the opportunity."""
        name, *rest = path.split('.')
        field = self._fields[name]
        return (
            name not in UNSUITABLE_FIELDS and not field.readonly and field.type != 'one2many'
            and (not rest or (field.type == 'many2one' and not self[name]))
        )

    def _build_missing_form(self, labels, required, properties=()):
        """Return ``{'arch', 'models'}`` of a form with fields as labels, below each other.

        :param properties: names of the properties that are shown; empty: all
        """
        source = etree.fromstring(self.get_view(view_type='form')['arch'])
        form = etree.Element('form')
        group = etree.SubElement(form, 'group')
        for name, label in labels.items():
            if name in ADDRESS_FIELDS:
                continue
            for node in self._build_field_nodes(source, name, label, name in required):
                group.append(node)
        self._append_address(source, group, {name: name in required for name in ADDRESS_FIELDS if name in labels})
        self._append_customer(source, group, labels)
        for node in form.xpath("//field[@name='lead_properties']") if properties else ():
            node.attrib.update({'widget': 'stage_properties', 'options': json.dumps({'names': properties})})
        return self._postprocess_form(form)

    @api.model
    def _build_cells_form(self, labels):
        """Return ``{'arch', 'models'}`` of a form with just the fields, for a table."""
        source = etree.fromstring(self.get_view(view_type='form')['arch'])
        form = etree.Element('form')
        for name, label in labels.items():
            node = self._build_field_nodes(source, name, label, False)[-1]
            node.attrib.pop('placeholder', None)
            form.append(node)
        return self._postprocess_form(form)

    @api.model
    def _postprocess_form(self, form):
        """Return ``{'arch', 'models'}`` of a form as ``get_views`` would send it."""
        for name in {node.get('name') for node in form.xpath('//field[not(ancestor::field)]')}:
            field = self._fields[name]
            companion = field.get_currency_field(self) if field.type == 'monetary' else getattr(field, 'definition_record', None)
            if companion and not form.xpath(f"//field[@name='{companion}']"):
                etree.SubElement(form, 'field', name=companion, invisible='1')
        View = self.env['ir.ui.view']
        arch, fields_by_model = View.postprocess_and_fields(form, model=self._name)
        node = View._postprocess_access_rights(etree.fromstring(arch))
        for used in node.xpath("//*[@data-used-by]"):
            del used.attrib['data-used-by']  # a developer's aid, longer than all the rest
        fields_by_model = self._get_view_fields('form', fields_by_model)
        return {
            'arch': etree.tostring(node, encoding='unicode'),
            'models': {
                model: {'fields': self.env[model].fields_get(
                    allfields=names, attributes=self.env[model]._get_view_field_attributes())}
                for model, names in fields_by_model.items()
            },
        }

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
