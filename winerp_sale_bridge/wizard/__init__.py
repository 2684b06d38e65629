from . import crm_lead_convert_order
from . import crm_lead_convert_order_line
from . import crm_lead_convert_order_line_note
from . import crm_lead_convert_order_run
from . import crm_lead_convert_order_unfinished
