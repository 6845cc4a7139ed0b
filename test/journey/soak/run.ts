import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { Folder, pattern } from '../../fixture/files.js'
import { requireGoodResponses } from './good-request.js'
import { SIZES } from './hostile-fields.js'
import { drawRequest, type HostileRequest } from './hostile-request.js'
import { type Received, sendHostile } from './send-hostile.js'
import { SoakServer, type Usage } from './soak-server.js'

/** Hostile requests between two good ones, and how many of them are sent at a time. */
const EACH = 100
const CONCURRENCY = 48
/**
 * ms in which the server must have released what the clients have left. Some sessions of HTTP/2 that sent broken
 * frames are noticed only by Fastify's session timeout of 72 s.
 */
const RELEASE = 90_000
const POLL = 200

export interface SoakOptions {
  readonly seed: number
  /** The number of hostile requests. */
  readonly requests: number
  /** The first of them. Default 0. */
  readonly from?: number
  /** Called after each good request. */
  readonly onProgress?: (sent: number) => void
}

/**
 * The use of resources after a tenth of the requests, which have started every thread and filled the caches,
 * and at the end. Both are measured when the server has released what the clients have left.
 */
export interface SoakResult {
  readonly warm: Usage
  readonly after: Usage
  /** Responses to readable requests for files that were errors of the server, with the request's number. */
  readonly failures: readonly string[]
  /** Responses by status. */
  readonly statuses: Readonly<Record<number, number>>
}

/**
 * Sends hostile requests to one server, and good ones after each hundred.
 *
 * @throws where the server ends, leaves an error unhandled, or gives a good request another response
 */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const { seed, requests, from = 0, onProgress = () => {} } = options
  const big = pattern(SIZES.big, seed)
  using root = new Folder({
    f: pattern(SIZES.f),
    big,
    'page.html': '<p>x',
    'page.html.gz': 'gz',
    'sub/a': 'a',
  })
  execFileSync('mkfifo', [root.at('fifo')])
  await using server = await SoakServer.start(root.path, seed)
  const good = () => requireGoodResponses({ path: '/big', content: big }, server.ports)
  await good()
  let warm: Usage | undefined
  const failures: string[] = []
  const statuses: Record<number, number> = {}
  const send = async (index: number) => {
    const request = drawRequest(seed, index)
    for (const received of await sendHostile(request, server.ports)) {
      statuses[received.status] = (statuses[received.status] ?? 0) + 1
      if (isFailure(received, request))
        failures.push(`${index}: ${JSON.stringify({ received, request })}`)
    }
  }
  for (let sent = 0; sent < requests; ) {
    const most = Math.min(sent + EACH, requests)
    const first = from + sent
    try {
      await inParallel(most - sent, (n) => send(first + n))
      server.requireLife()
      await good()
    } catch (cause) {
      const range = `--from ${first} --requests ${most - sent}`
      const message = `seed ${seed}, requests ${first} to ${from + most - 1}: ${messageOf(cause)}`
      throw new Error(`${message}; replay: npm run soak -- --seed ${seed} ${range}`, { cause })
    }
    sent = most
    if (sent >= requests / 10) warm ??= await settledUsage(server, root.path)
    onProgress(sent)
  }
  warm ??= await settledUsage(server, root.path)
  return { warm, after: await settledUsage(server, root.path, warm), failures, statuses }
}

/**
 * Waits until no transfer runs and no file is open, and until no more descriptors are open than before. The
 * last measurement if that takes too long: the caller judges it.
 */
async function settledUsage(server: SoakServer, root: string, before?: Usage): Promise<Usage> {
  const most = before === undefined ? Number.POSITIVE_INFINITY : heldBy(before).length
  for (let waited = 0; ; waited += POLL) {
    const usage = await server.usage()
    const { running, descriptors } = usage
    const isIdle = running === 0 && !descriptors.some((path) => path.startsWith(root))
    if ((isIdle && heldBy(usage).length <= most) || waited >= RELEASE) return usage
    await pause(POLL)
  }
}

/** Bytes by which the heap and its buffers may grow: caches of fixed size that are not full yet. */
const MOST_GROWTH = 64 * 1024 * 1024

/**
 * The event loops of a server that has started every thread: four of Node itself, one of the leases, and one of the
 * digests for each of its eight registrations. When a thread is started depends on the machine's speed, so its
 * descriptors are not compared.
 */
const MOST_LOOPS = 4 + 1 + 8
const EVENT_LOOP = 'anon_inode:[eventpoll]'
const OF_EVENT_LOOPS = new Set([EVENT_LOOP, 'anon_inode:[eventfd]', 'pipe'])

/** The descriptors that requests cause: sockets, files, and whatever is not of an event loop. */
function heldBy({ descriptors }: Usage): readonly string[] {
  return descriptors.filter((of) => !OF_EVENT_LOOPS.has(of))
}

/** What the server holds at the end that it did not hold after the first tenth of the requests. */
export function leaks({ warm, after }: SoakResult): string[] {
  const found: string[] = []
  if (after.running > 0) found.push(`expected no running transfer; received ${after.running}`)
  const { length: most } = heldBy(warm)
  const held = heldBy(after)
  if (held.length > most) {
    found.push(`expected at most ${most} descriptors; received ${held.join(', ')}`)
  }
  const loops = after.descriptors.filter((of) => of === EVENT_LOOP).length
  if (loops > MOST_LOOPS)
    found.push(`expected at most ${MOST_LOOPS} event loops; received ${loops}`)
  const growth = after.memory - warm.memory
  if (growth > MOST_GROWTH)
    found.push(`expected at most ${MOST_GROWTH} bytes more; received ${growth}`)
  return found
}

/** A 500 for a file: no request may cause one. Routes below /own/ and injected faults may. */
function isFailure({ target, status }: Received, request: HostileRequest): boolean {
  const isInjected = /lastbyte-fault/i.test(JSON.stringify(request))
  return status === 500 && !target.includes('/own/') && !isInjected
}

async function inParallel(count: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const work = async () => {
    while (next < count) {
      next += 1
      await run(next - 1)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
