"""Synchronisation with BKN's SIASN: pull, compare, decide, push. What is missing there is marked, never deleted here.

`klien` speaks HTTP and sorts answers into rows, refusals and faults; `catatan` says how each kind of entry reads and is
written; `tarik` fetches people one by one; `banding` compares; `putusan` decides; `kirim` pushes what two people agreed
to, a step at a time. Source: the paths and shapes that public clients of the service show.
"""
