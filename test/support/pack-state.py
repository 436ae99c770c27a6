"""What the part of the role on the controller packs, unpacked by the part on the host: `pack-state.py ROLE STATE TARGET`."""

import os
import sys
import tempfile

role, state, target = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(role, 'action_plugins'), os.path.join(role, 'module_utils')]

import fw  # noqa: E402
import fw_files  # noqa: E402

with tempfile.NamedTemporaryFile() as packed:
    if os.path.isdir(state):
        fw.pack(state, packed)
        packed.flush()
    fw_files.unpack(packed.name if os.path.isdir(state) else state, target)
