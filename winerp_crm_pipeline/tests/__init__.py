from . import test_crm_stage
from . import test_crm_stage_requirement
from . import test_stage_gate
from . import test_stage_gate_paths
from . import test_stage_gate_queries
from . import test_stage_override
from . import test_stage_probability
from . import test_stage_rules
