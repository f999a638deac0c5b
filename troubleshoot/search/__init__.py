"""Owns finding the entry from whatever the reader has in hand.

``core`` understands queries and pasted texts, proposes, ranks and recognises; it is pure, and asks an index through
the protocol ``core.corpus.Index``. ``index`` is that index, held level with the database (``index.store`` is the only
module that knows tantivy). ``engine`` is the door for everybody else.
"""
