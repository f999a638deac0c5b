"""Owns how Korean writes dates and times where Django's own formats have it wrong: 오후 stands before the hour.

Short dates stand below each other, so each has as many digits.
"""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
