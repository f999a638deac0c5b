"""Owns finding the entry from whatever the reader has in hand.

``core`` is pure text analysis and knows neither Django nor the index; ``index`` holds the index level with the database
(``index.store`` is the only module that knows tantivy) and asks it; ``engine`` is the door for everybody else.
"""
