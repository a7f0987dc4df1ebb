"""Backup and restore: database and files as one encrypted, verified archive in two places, and back.

`take` makes one, `restore` brings one back onto an empty machine, `drill` tries that in a scratch database.
Everything is a stream; no file is ever whole in memory.
"""

from portal.kernel.backup.models import Cadangan, UjiPulih
from portal.kernel.backup.places import Place, archives, first_place, place_named, second_place
from portal.kernel.backup.restore import Verdict, drill, end_training, restore, settle
from portal.kernel.backup.seal import BackupError
from portal.kernel.backup.take import reason, take
from portal.kernel.backup.tasks import enqueue, enqueue_drill, on_schedule

__all__ = [
    "BackupError", "Cadangan", "Place", "UjiPulih", "Verdict", "archives", "drill", "end_training", "enqueue",
    "enqueue_drill", "first_place", "on_schedule", "place_named", "reason", "restore", "second_place", "settle", "take",
]  # fmt: skip
