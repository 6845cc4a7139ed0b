"""Runs the four servers of OpenStack Swift as child processes.

usage: serve.py DIR SERVER=PORT...
  DIR contains swift.conf and a SERVER.conf for each server. It is removed at the end.
  `listening SERVER` is printed when a server has bound its port. All servers end if
  one of them ends, or if the parent process ends.
"""
import ctypes
import functools
import os
import shutil
import signal
import sys

from swift.common import utils, wsgi
from swift.common.ring import RingBuilder

PR_SET_PDEATHSIG = 1
POWER, REPLICAS, MIN_PART_HOURS = 4, 1, 1


def end_with_parent(signum, parent):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)
    if os.getppid() != parent:
        sys.exit('the parent process has ended')


def make_ring(folder, server, port):
    builder = RingBuilder(POWER, REPLICAS, MIN_PART_HOURS)
    address = {'ip': '127.0.0.1', 'port': port}
    replication = {'replication_' + key: value for key, value in address.items()}
    rest = {'region': 1, 'zone': 1, 'device': 'disk', 'weight': 1.0, 'meta': ''}
    builder.add_dev({**address, **replication, **rest})
    builder.rebalance()
    builder.get_ring().save('%s/%s.ring.gz' % (folder, server))


def listen_alone(server, stdout, listen, *args, **kwargs):
    """Eventlet sets SO_REUSEPORT by default: two servers on one port would both start."""
    socket = listen(*args, reuse_port=False, **kwargs)
    os.write(stdout, ('listening %s\n' % server).encode())
    return socket


def serve(folder, server):
    # The default /etc/swift belongs to the Debian package and may be unreadable.
    utils.set_swift_dir(folder)
    wsgi.listen = functools.partial(listen_alone, server, os.dup(1), wsgi.listen)
    return wsgi.run_wsgi('%s/%s.conf' % (folder, server), server + '-server', verbose=True)


def fork(folder, server):
    parent = os.getpid()
    pid = os.fork()
    if pid != 0:
        return pid
    # The parent's clean-up must not run in the child: it always ends with os._exit.
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        end_with_parent(signal.SIGKILL, parent)
        os._exit(serve(folder, server) or 0)
    except BaseException as error:
        os.write(2, ('%s: %s\n' % (server, error)).encode())
    finally:
        os._exit(1)


def main(folder, servers):
    children = set()
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end_with_parent(signal.SIGTERM, int(os.environ['STARTED_BY']))
        for server, port in servers.items():
            if server != 'proxy':
                make_ring(folder, server, port)
        for server in servers:
            children.add(fork(folder, server))
        ended, _ = os.wait()
        children.remove(ended)
        return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        for pid in children:
            os.waitpid(pid, 0)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    pairs = (argument.split('=') for argument in sys.argv[2:])
    sys.exit(main(sys.argv[1], {server: int(port) for server, port in pairs}))
