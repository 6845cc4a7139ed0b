import tap from 'tap'
import { needs, needsNamespace, run } from '../fixture/process.js'

/** In a network of its own, whose sockets hold so little that a thousand of them are soon full. */
const NETWORK = `
  ip link set lo up &&
  echo 4096 16384 65536 > /proc/sys/net/ipv4/tcp_wmem &&
  echo 4096 16384 65536 > /proc/sys/net/ipv4/tcp_rmem &&
  exec "$0" --expose-gc test/journey/slow-readers/main.mjs`

const { skip } = await needsNamespace('net')
const options = skip ? { skip } : needs('ip')
tap.test('a thousand clients that read nothing', options, async (t) => {
  const { code, stdout, stderr } = await run('unshare', [
    '-n',
    'sh',
    '-c',
    NETWORK,
    process.execPath,
  ])
  t.equal(code, 0, stderr)
  const { first, later } = JSON.parse(stdout)
  t.comment(`events ${first.given}, MB held ${first.held / 1e6}, later ${later.held / 1e6}`)
  t.equal(later.streams, 1_000)
  t.equal(later.given, first.given, 'nothing more is made for them')
  t.ok(later.held < 150e6, 'little is held for each')
  t.ok(later.held < first.held + 5e6, 'and no more later')
})
