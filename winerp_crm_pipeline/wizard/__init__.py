from . import crm_lead_to_opportunity
from . import crm_stage_export
from . import crm_stage_import
from . import crm_stage_override_refuse
from . import crm_stage_requirement_copy
from . import crm_stage_requirement_set
