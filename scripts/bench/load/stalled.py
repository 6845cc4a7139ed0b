"""Clients that send a request and never read. In Python, since Node can't set a receive buffer size.

Usage: stalled.py PORT CLIENTS TINY LARGE. Opens the connections and reads one response for TINY on each;
prints `idle`. After a line on standard input it requests LARGE on each, prints `stalled`, and keeps the
connections open until standard input ends.
"""

import re
import resource
import socket
import sys

PORT, CLIENTS = int(sys.argv[1]), int(sys.argv[2])
TINY, LARGE = sys.argv[3], sys.argv[4]
# Small, since the kernel's buffers are not measured and its memory for sockets is limited.
RECEIVE_BUFFER = 16 * 1024
TIMEOUT = 20


def request(client, path):
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())


def read_response(client):
    response = b""
    while True:
        head, blank, body = response.partition(b"\r\n\r\n")
        if blank:
            length = int(re.search(rb"content-length: *(\d+)", head, re.I)[1])
            if len(body) >= length:
                break
        chunk = client.recv(4096)
        if not chunk:
            sys.exit(f"{TINY}: ended after {len(response)} bytes")
        response += chunk
    if not response.startswith(b"HTTP/1.1 200"):
        sys.exit(f"{TINY}: expected 200; received {response[:60]!r}")


def connect():
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    client.settimeout(TIMEOUT)
    client.connect(("127.0.0.1", PORT))
    return client


_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
clients = []
for _ in range(CLIENTS):
    client = connect()
    request(client, TINY)
    read_response(client)
    clients.append(client)
print("idle", flush=True)
if sys.stdin.readline():
    for client in clients:
        request(client, LARGE)
    print("stalled", flush=True)
    sys.stdin.read()
