-- A message of the outbox is read in the transaction that takes it off: it is done or it waits. What is tried again,
-- and given up at last, is a delivery.
UPDATE outbox SET done_at = given_up_at WHERE given_up_at IS NOT NULL;
DROP INDEX outbox_due;
ALTER TABLE outbox DROP COLUMN attempts;
ALTER TABLE outbox DROP COLUMN last_error;
ALTER TABLE outbox DROP COLUMN given_up_at;
CREATE INDEX outbox_due ON outbox (due_at) WHERE done_at IS NULL;
