from . import test_batch_speed
from . import test_concurrency
from . import test_convert
from . import test_customer
from . import test_feedback
from . import test_problems
from . import test_tours
from . import test_words
