"""Files of the register: what is there and what is missing, versions that come back, lost files that are found.

ada: the file is there. belum: never handed in. kosong: a row of an old system that does not say where. hilang: the
row says where, the store has nothing there. yatim: an object of the store that no row uses.
"""
