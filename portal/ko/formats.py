"""Owns how Korean writes dates and times where Django's own formats have it wrong: 오후 stands before the hour."""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
