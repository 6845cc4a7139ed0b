"""Clients that ask and never read. In Python, since Node can't ask for a small receive buffer.

Usage: stalled.py PORT CLIENTS TINY LARGE. Opens the connections and lets each have one answer of TINY;
prints `idle`; at a line on standard input asks for LARGE on each, prints `stalled`, and holds them until
standard input ends.
"""

import re
import resource
import socket
import sys

PORT, CLIENTS = int(sys.argv[1]), int(sys.argv[2])
TINY, LARGE = sys.argv[3], sys.argv[4]
# The kernel's memory is not what is measured, and there is not endlessly much of it.
RECEIVE_BUFFER = 16 * 1024
TIMEOUT = 20


def ask(client, path):
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())


def read_answer(client):
    answer = b""
    while True:
        head, blank, body = answer.partition(b"\r\n\r\n")
        if blank:
            length = int(re.search(rb"content-length: *(\d+)", head, re.I)[1])
            if len(body) >= length:
                break
        chunk = client.recv(4096)
        if not chunk:
            sys.exit(f"{TINY}: ended after {len(answer)} bytes")
        answer += chunk
    if not answer.startswith(b"HTTP/1.1 200"):
        sys.exit(f"{TINY}: wanted 200, received {answer[:60]!r}")


def connected():
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    client.settimeout(TIMEOUT)
    client.connect(("127.0.0.1", PORT))
    return client


_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
clients = []
for _ in range(CLIENTS):
    client = connected()
    ask(client, TINY)
    read_answer(client)
    clients.append(client)
print("idle", flush=True)
if sys.stdin.readline():
    for client in clients:
        ask(client, LARGE)
    print("stalled", flush=True)
    sys.stdin.read()
