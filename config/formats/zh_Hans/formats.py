"""Chinese: dates and times as Django writes them; forms show 2027-03-20, and take it also with 年月日 or strokes."""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S"]
