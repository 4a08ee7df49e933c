from . import test_form_builder
from . import test_website_form
