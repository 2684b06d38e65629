from . import test_convert
from . import test_customer
from . import test_tours
