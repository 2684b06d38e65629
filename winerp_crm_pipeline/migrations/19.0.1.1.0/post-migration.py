def migrate(cr, version):
    """Keep as text what overrides name, which may be deleted from now on."""
    cr.execute("""
        UPDATE crm_stage_override AS override
           SET stage_name = COALESCE(stage.name->>author.lang, stage.name->>'en_US'),
               requirement_names = (
                   SELECT string_agg(
                              COALESCE(requirement.name->>author.lang, requirement.name->>'en_US'), ', '
                              ORDER BY requirement.id)
                     FROM crm_stage_override_requirement_rel AS rel
                     JOIN crm_stage_requirement AS requirement ON requirement.id = rel.requirement_id
                    WHERE rel.override_id = override.id)
          FROM crm_stage AS stage, res_users AS moved_by
          JOIN res_partner AS author ON author.id = moved_by.partner_id
         WHERE stage.id = override.stage_id AND moved_by.id = override.user_id AND override.stage_name IS NULL""")
