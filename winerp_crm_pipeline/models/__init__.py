from . import crm_lead
from . import crm_lead_ui
from . import crm_stage
from . import crm_stage_override
from . import crm_stage_requirement
from . import crm_stage_ui
from . import crm_team
from . import ir_http
