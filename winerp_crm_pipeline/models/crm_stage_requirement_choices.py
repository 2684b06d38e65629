"""The fields among which an administrator chooses what is asked for: those that people fill in."""
import re

from odoo import api, models

# Kept by Odoo and by services, or helpers of a search: nobody fills them in.
UNASKED = re.compile(
    r'^(message_|activity_(?!ids$)|rating_|website_message|my_activity|iap_|reveal_|email_normalized|email_state|email_cc|'
    r'email_domain_criterion|phone_sanitized|phone_state|phone_mobile_search|partner_(email|phone)_|partner_is_|lead_mining|'
    r'show_|is_|has_|duplicate_|user_company|date_(open|closed|conversion|last|automation)|day_|lang_(code|active)|'
    r'automated_|prorated_|recurring_revenue_(monthly_)?prorated|company_currency|name$|company_id$|won_status|lead_properties$|'
    r'stage_override|history_|visitor_|create_|write_|access_|id$|display_name)')
AREAS = {
    'deal': ('expected_revenue', 'recurring_revenue', 'recurring_plan', 'date_deadline', 'priority', 'tag_ids', 'description',
             'user_id', 'team_id'),
    'contact': ('partner_id', 'partner_name', 'contact_name', 'title', 'function', 'email_from', 'phone', 'mobile', 'website',
                'street', 'street2', 'city', 'zip', 'state_id', 'country_id', 'lang_id', 'commercial_partner_id',
                'partner_assigned_id'),
    'source': ('campaign_id', 'medium_id', 'source_id', 'referred'),
}
AREA_OF_FIELD = {name: area for area, names in AREAS.items() for name in names}


class CrmStageRequirement(models.Model):
    _inherit = 'crm.stage.requirement'  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_field_choices(self):
        """Return the fields and properties that a requirement may name, without those that nobody fills in.

        Sales administrators choose among them although only system administrators may
        read ``ir.model.fields``.

        :return: list of ``{'id': int, 'name': str, 'property_name': str, 'label': str, 'area': str}``, by area and label;
            those of an area stand together
        """
        self.check_access('write')
        # sudo: ir.model.fields - names and labels of fields of a model that the user works with
        model_fields = self.env['ir.model.fields'].sudo().search_fetch(
            self._get_suitable_field_domain(), ['name', 'field_description', 'ttype'])
        choices = [
            {'id': field.id, 'name': field.name, 'property_name': '', 'label': field.field_description, 'area': area}
            for field in model_fields if not UNASKED.match(field.name)
            for area in [self._get_area(field)]]
        choices += self._prepare_property_choices(model_fields.filtered(lambda field: field.name == 'lead_properties'))
        areas = self._get_area_names()
        order = [*areas]
        choices.sort(key=lambda choice: (order.index(choice['area']), choice['label'].casefold()))
        return [{**choice, 'area': areas[choice['area']]} for choice in choices]

    @api.model
    def _get_area(self, field):
        if field.ttype in ('one2many', 'many2many') and field.name not in AREA_OF_FIELD:
            return 'records'
        return AREA_OF_FIELD.get(field.name, 'custom' if field.name.startswith('x_') else 'other')

    @api.model
    def _get_area_names(self):
        return {
            'deal': self.env._("Opportunity"), 'contact': self.env._("Customer and contact"),
            'records': self.env._("Meetings, activities and documents"), 'property': self.env._("Properties of the teams"),
            'custom': self.env._("Custom fields"), 'source': self.env._("Where it comes from"), 'other': self.env._("Other fields"),
        }

    @api.model
    def _prepare_property_choices(self, field):
        """Return a choice for each property of the teams.

        :param field: that of properties, ``ir.model.fields``
        """
        properties = self.env['crm.team']._get_lead_properties() if field else {}
        # sudo: crm.team - the names of those that have a property
        teams = self.env['crm.team'].sudo()
        return [
            {
                'id': field.id, 'name': field.name, 'property_name': name, 'area': 'property',
                'label': self.env._(
                    "%(property)s (%(teams)s)", property=found['definition']['string'],
                    teams=", ".join(teams.browse(found['team_ids']).mapped('name'))),
            }
            for name, found in properties.items()
        ]
