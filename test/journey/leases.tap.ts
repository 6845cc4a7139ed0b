import tap from 'tap'
import { needs, needsNamespace, run } from '../fixture/process.js'

/**
 * A server and a client in two network namespaces that a veth pair connects. With `$1` `device`, a file system over
 * /sys/class/net shows the server's end as a network device.
 */
const NETWORK = `
  set -e
  mount -t tmpfs none /run
  ip netns add client
  ip link set lo up
  ip link add veth0 type veth peer name veth1 netns client
  ip addr add 10.9.0.1/24 dev veth0
  ip link set veth0 up
  ip -n client addr add 10.9.0.2/24 dev veth1
  ip -n client link set veth1 up
  index=$(ip -o link show veth0 | cut -d: -f1)
  mac=$(ip -o link show veth0 | sed 's/.*ether \\([^ ]*\\).*/\\1/')
  if [ "$1" = device ]; then
    mount -t tmpfs none /sys/class/net
    mkdir -p /sys/class/net/veth0/device
    echo "$index" > /sys/class/net/veth0/ifindex
    echo "$mac" > /sys/class/net/veth0/address
  fi
  exec "$0" test/journey/leases/main.mjs`

/** What main.mjs reports. */
interface Report {
  readonly leases: { readonly paused: number; readonly complete: number; readonly written: number }
  readonly isWhole: boolean
  /** ms that a process waited that opened the file for writing while a client did not read. */
  readonly waited: number
  /** Whether a client that did not read until the file was rewritten received bytes of the first version only. */
  readonly isPrefix: boolean
  readonly received: number
  readonly size: number
  /** Before and after the server was killed during a transfer. */
  readonly killed: { readonly before: Held; readonly after: Held }
}

interface Held {
  readonly leases: number
  /** Whether the kernel has bytes in a send queue. */
  readonly isQueued: boolean
}

const namespaces = [await needsNamespace('net'), await needsNamespace('mount'), needs('ip')]
const { skip } = namespaces.find((each) => each.skip !== false) ?? { skip: false as const }
const options = skip ? { skip } : {}

async function report(peer: string): Promise<Report> {
  const script = ['-mn', 'sh', '-c', NETWORK, process.execPath, peer]
  const { code, stdout, stderr } = await run('unshare', script)
  if (code !== 0) throw new Error(`expected exit code 0; received ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

tap.test('a file is leased for a client behind a network device', options, async (t) => {
  const { leases, isWhole, waited, received, size, killed } = await report('device')
  t.strictSame(leases, { paused: 1, complete: 0, written: 0 })
  t.ok(isWhole, 'the client receives the whole file')
  t.ok(waited < 1_500, `a writer waits for at most a second (${waited} ms)`)
  t.ok(received < size, 'a client that does not read receives a short body')
  const { before, after } = killed
  t.strictSame(before, { leases: 1, isQueued: true })
  t.strictSame(after, { leases: 0, isQueued: false }, 'a killed server leaves neither behind')
})

tap.test('a file is not leased for a client behind a veth pair', options, async (t) => {
  const { leases, isWhole, waited, isPrefix } = await report('veth')
  t.strictSame(leases, { paused: 0, complete: 0, written: 0 })
  t.ok(isWhole, 'the client receives the whole file')
  t.ok(waited < 1_000, `a writer does not wait (${waited} ms)`)
  t.ok(isPrefix, 'a client that pauses receives bytes of the first version only')
})
