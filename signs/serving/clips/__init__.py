"""Clips over HTTP: jobs on disk, and the process that reads a clip.

BentoML's tasks (1.4.40) are not used. They read a request into memory, and keep it with its answer
in SQLite for 24 hours, whatever a setting says. They have no queue, no progress, and errors of
another shape; `cancel` answers that it is not supported. After a worker is killed, its tasks stay
"in progress" for ever.
"""
