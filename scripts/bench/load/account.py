"""Runs commands one after another and measures each: wall time, CPU time and peak memory, by wait4.

In Python, since Node can't read the resource usage of a child. Reads one line of JSON per command from
standard input, {"words", "cwd"}; prints one line of JSON for it: {"code", "wall", "cpu", "memory"}, in seconds
and bytes. A command's output is dropped and its errors are those of this process. Ends with standard input.
The memory is at least that of this process, about 10 MB.
"""

import json
import os
import signal
import sys
import time

child = None


def end(_signal, _frame):
    if child is not None:
        os.kill(child, signal.SIGKILL)
    sys.exit(1)


signal.signal(signal.SIGTERM, end)
nowhere = os.open(os.devnull, os.O_RDWR)
for line in sys.stdin:
    task = json.loads(line)
    words = task["words"]
    os.chdir(task["cwd"])
    began = time.perf_counter()
    child = os.posix_spawnp(
        words[0],
        words,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 0), (os.POSIX_SPAWN_DUP2, nowhere, 1)],
    )
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    child = None
    print(
        json.dumps(
            {
                "code": os.waitstatus_to_exitcode(status),
                "wall": wall,
                "cpu": usage.ru_utime + usage.ru_stime,
                "memory": usage.ru_maxrss * 1024,
            }
        ),
        flush=True,
    )
