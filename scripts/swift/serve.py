"""OpenStack Swift, its four servers as children of this process.

usage: serve.py DIR SERVER=PORT...
  DIR has swift.conf and a SERVER.conf for each server, and is removed at the end;
  `listening SERVER` is printed when its port is taken. If one server ends, all do,
  and so they do when whoever started this ends.
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
        sys.exit('whoever started this has ended')


def make_ring(folder, server, port):
    builder = RingBuilder(POWER, REPLICAS, MIN_PART_HOURS)
    where = {'ip': '127.0.0.1', 'port': port}
    again = {'replication_' + key: value for key, value in where.items()}
    rest = {'region': 1, 'zone': 1, 'device': 'disk', 'weight': 1.0, 'meta': ''}
    builder.add_dev({**where, **again, **rest})
    builder.rebalance()
    builder.get_ring().save('%s/%s.ring.gz' % (folder, server))


def listen_alone(server, stdout, listen, *args, **kwargs):
    """Eventlet would share the port with whoever else has SO_REUSEPORT: then nobody is refused."""
    socket = listen(*args, reuse_port=False, **kwargs)
    os.write(stdout, ('listening %s\n' % server).encode())
    return socket


def serve(folder, server):
    # Debian's file in /etc/swift is not ours, nor always readable.
    utils.set_swift_dir(folder)
    wsgi.listen = functools.partial(listen_alone, server, os.dup(1), wsgi.listen)
    return wsgi.run_wsgi('%s/%s.conf' % (folder, server), server + '-server', verbose=True)


def fork(folder, server):
    parent = os.getpid()
    pid = os.fork()
    if pid != 0:
        return pid
    # Nothing of the parent's clean-up may run here.
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
    pairs = (word.split('=') for word in sys.argv[2:])
    sys.exit(main(sys.argv[1], {server: int(port) for server, port in pairs}))
