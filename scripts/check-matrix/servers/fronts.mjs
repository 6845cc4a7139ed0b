// Caches and load balancers, each in front of nginx.
import { join } from 'node:path'
import { write } from '../scratch.mjs'

const varnish = {
  id: 'varnish',
  name: 'Varnish',
  isFront: true,
  isCache: true,
  needs: { command: 'varnishd', packages: ['varnish'] },
  version: { args: ['-V'], pattern: /varnish-(\d[\d.]*)/ },
  setting: 'the built-in VCL; the film is in the cache',
  // -j none: the user isn't changed, so that the folder may belong to anybody.
  start: ({ origin, scratch, port }) => ({
    command: 'varnishd',
    args: [
      ...['-F', '-j', 'none', '-n', join(scratch, 'varnish'), '-a', `127.0.0.1:${port}`],
      ...['-b', new URL(origin).host, '-s', 'malloc,64m'],
    ],
  }),
}

const haproxy = {
  id: 'haproxy',
  name: 'HAProxy',
  isFront: true,
  needs: { command: 'haproxy', packages: ['haproxy'] },
  version: { args: ['-v'], pattern: /version (\d+(?:\.\d+)+)/ },
  setting: '`mode http`, no cache',
  start: ({ origin, scratch, port }) => ({
    command: 'haproxy',
    args: ['-db', '-f', write(scratch, 'haproxy.cfg', haproxyConfig(new URL(origin).host, port))],
  }),
}

function haproxyConfig(origin, port) {
  return `
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen files
  bind 127.0.0.1:${port}
  server nginx ${origin}
`
}

const squid = {
  id: 'squid',
  name: 'squid',
  isFront: true,
  isCache: true,
  needs: { command: 'squid', packages: ['squid'] },
  version: { args: ['-v'], pattern: /Version (\S+)/ },
  setting: 'as an accelerator that keeps objects up to 64 MB in memory; the film is in the cache',
  // -N: one process in the foreground. -n: a name of its own for its shared memory.
  start: ({ origin, scratch, port }) => ({
    command: 'squid',
    args: [
      '-N',
      '-n',
      `lastbyte${port}`,
      '-f',
      write(scratch, 'squid.conf', squidConfig({ origin, scratch, port })),
    ],
  }),
}

function squidConfig({ origin, scratch, port }) {
  const { hostname, port: originPort } = new URL(origin)
  return `
http_port 127.0.0.1:${port} accel defaultsite=127.0.0.1:${port} no-vhost
cache_peer ${hostname} parent ${originPort} 0 no-query no-digest originserver
http_access allow all
visible_hostname 127.0.0.1
cache_mem 128 MB
maximum_object_size 64 MB
maximum_object_size_in_memory 64 MB
pid_filename ${join(scratch, 'squid.pid')}
cache_log ${join(scratch, 'cache.log')}
access_log none
cache_store_log none
netdb_filename none
coredump_dir ${scratch}
pinger_enable off
# Started as root, squid changes its user.
cache_effective_user nobody
cache_effective_group nogroup
shutdown_lifetime 0 seconds
`
}

export const FRONTS = [varnish, haproxy, squid]
