-- What waits is for a time that nobody sees.
UPDATE "EventOutbox" SET "AvailableAt" = CASE WHEN "Id" % 2 = 0 THEN 'infinity'::timestamptz ELSE '2999-01-01' END WHERE "SentAt" IS NULL;
ANALYZE "EventOutbox";
