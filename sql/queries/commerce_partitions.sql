-- summary: make the months of the partitioned tables, so many back and ahead (souk_dba)
-- params: back:int ahead:int
-- columns: partition
SELECT p AS partition FROM commerce.partitions_ensure($1, $2) AS p
