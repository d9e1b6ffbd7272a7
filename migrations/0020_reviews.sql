-- When its owner was told that it is to be looked at again; another day of review makes it untold.
ALTER TABLE article ADD COLUMN review_told_at BIGINT;
CREATE INDEX article_review_untold ON article (review_on) WHERE state = 'published' AND review_told_at IS NULL;
