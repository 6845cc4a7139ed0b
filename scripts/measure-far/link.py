"""A link with a delay and a rate between two network namespaces, for kernels without netem.

    python3 link.py NAMESPACE_A NAMESPACE_B BITS_PER_SECOND DELAY_MS

A has the address 10.8.0.1, B has 10.8.0.2. The rate is that of each direction, the delay that of one way. A packet that
would wait for longer than QUEUE seconds is dropped, as by a router. Prints "up" when packets can be sent.
"""

import ctypes
import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import time

QUEUE = 0.25
CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001

libc = ctypes.CDLL(None)


def device(namespace, name, address, peer):
    """Opens a TUN device in a namespace. The descriptor stays usable outside of it."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    libc.setns(os.open(f"/var/run/netns/{namespace}", os.O_RDONLY), CLONE_NEWNET)
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN_NO_PI))
    subprocess.check_call(["ip", "addr", "add", address, "peer", peer, "dev", name])
    subprocess.check_call(["ip", "link", "set", name, "up", "txqueuelen", "10000"])
    libc.setns(own, CLONE_NEWNET)
    return tun


a, b = sys.argv[1:3]
rate, delay = float(sys.argv[3]), float(sys.argv[4]) / 1000
ends = [
    device(a, "far0", "10.8.0.1", "10.8.0.2"),
    device(b, "far1", "10.8.0.2", "10.8.0.1"),
]
print("up", flush=True)

# When the last packet of each direction will have been sent; packets on their way by the time of their arrival.
free = [0.0, 0.0]
under_way = []
number = 0
while True:
    wait = max(0, under_way[0][0] - time.monotonic()) if under_way else None
    readable, _, _ = select.select(ends, [], [], wait)
    now = time.monotonic()
    for end in readable:
        packet = os.read(end, 65536)
        side = ends.index(end)
        if free[side] - now > QUEUE:
            continue
        free[side] = max(now, free[side]) + len(packet) * 8 / rate
        number += 1
        heapq.heappush(under_way, (free[side] + delay, number, 1 - side, packet))
    now = time.monotonic()
    while under_way and under_way[0][0] <= now:
        _, _, side, packet = heapq.heappop(under_way)
        os.write(ends[side], packet)
