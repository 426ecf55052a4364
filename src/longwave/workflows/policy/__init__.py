"""The verb policy: a domain's loop for an area, and the records that it leaves."""
