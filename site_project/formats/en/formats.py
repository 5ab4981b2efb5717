"""English dates for European readers: the day before the month, and twenty-four hours."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y H:i"
# What is shown first is how a field of a form shows a date; the second may be written, too.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]
