"""Reports: what auditors read. One file each, self-contained."""
