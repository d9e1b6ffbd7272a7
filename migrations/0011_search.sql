-- The search index of each process follows the history tree leaf by leaf.
CREATE INDEX fact_leaf ON fact (leaf) WHERE leaf IS NOT NULL;
