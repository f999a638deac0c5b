"""Finding the entry from whatever the reader has in hand.

The pure modules (analysis, keyboard, lexicon, noise, query, spelling, ranking) know neither Django nor the engine;
``index`` is the only one that knows tantivy; ``freshness`` keeps it level with the database; ``engine`` is the door.
"""
