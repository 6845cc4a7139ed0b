import tap from 'tap'
import { needs, needsNamespace, run } from '../fixture/process.js'

/** Runs in a network namespace with small socket buffers, so that a thousand of them fill up quickly. */
const NETWORK = `
  ip link set lo up &&
  echo 4096 16384 65536 > /proc/sys/net/ipv4/tcp_wmem &&
  echo 4096 16384 65536 > /proc/sys/net/ipv4/tcp_rmem &&
  exec "$0" --expose-gc test/journey/slow-readers/main.mjs`

const { skip } = await needsNamespace('net')
const options = skip ? { skip } : needs('ip')
tap.test(
  'an event stream for 1,000 clients that read nothing holds a bounded amount of memory',
  options,
  async (t) => {
    const { code, stdout, stderr } = await run('unshare', [
      '-n',
      'sh',
      '-c',
      NETWORK,
      process.execPath,
    ])
    t.equal(code, 0, stderr)
    const { first, later } = JSON.parse(stdout)
    t.comment(
      `${first.events} events; memory: ${first.memory / 1e6} MB, later ${later.memory / 1e6} MB`,
    )
    t.equal(later.streams, 1_000)
    t.equal(later.events, first.events, 'the source is asked for no further events')
    t.ok(later.memory < 150e6, 'memory for each client is small')
    t.ok(later.memory < first.memory + 5e6, 'memory does not grow')
  },
)
