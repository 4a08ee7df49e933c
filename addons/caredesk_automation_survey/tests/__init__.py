from . import test_survey_rules
