"""A backup of the whole installation in one file, and the way back from it.

An archive is a tar, by its name plain, gzip or zstd: the database first, then the stored files, the keys when they were asked for,
`files.sha256` (a digest a line) and `manifest.json`, whose digests vouch for all the rest. The manifest comes last, so an archive that
was cut short has none. Everything is streamed: memory does not grow with the installation.
"""
