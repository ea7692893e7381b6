-- The references with which conversations were begun stood on entries that staff could read. None of those opens its
-- conversation any more; the tokens that browsers have still do.
UPDATE chat_conversations SET begun_with = id;
