import type { Check } from '../subject/check-definition.js'
import type { Exchange } from '../subject/exchange.js'
import { type Finding, failed, PASSED, skipped } from '../subject/finding.js'
import { judgeBytes, judgeRange } from '../subject/judge-slice.js'
import type { Subject } from '../subject/subject.js'
import { changeOf, type FileChange, MADE, restoring } from './file-change.js'
import { ifShown } from './shown-change.js'

const MIB = 1024 * 1024
/** Bytes that are received before the change. */
const BEFORE = 64 * 1024
/** Bytes of a body at least: the buffers of server and client have up to 4 MiB, which are of the old version anyhow. */
const LEAST = 8 * MIB
/** Bytes of a body at most: of a larger file, the last ones, which a truncation takes away. */
const MOST = 16 * MIB
/** Bytes of each slice that is known before the change, to compare with. */
const SAMPLE = 4096
/** Where the samples begin, in parts of the body; another is at its end. */
const PLACES = [0.5, 0.75, 0.9]

/** What the drills of all changes receive at most. */
export const IN_FLIGHT_BYTES = 4 * (MOST + 64 * 1024)

/** A check that a body in flight, during which the file is changed, is of one version or visibly short. */
export function changeInFlight(change: FileChange): Check {
  return {
    id: `change-${change}-in-flight`,
    group: 'changes',
    requirement: `While the file is ${MADE[change]}, a body in flight stays the old version, or ends visibly short.`,
    section: 'RFC 9110 §8.8.1, RFC 9112 §8',
    strength: 'MUST',
    level: 'safe',
    harm: 'A download looks complete and is of no version: every client, and no checksum of the server tells.',
    needs: ['change', 'size', 'ranges'],
    cost: { requests: PLACES.length + 3, bytes: IN_FLIGHT_BYTES / 4 },
    async run(subject) {
      const { size, budget } = subject
      const start = Math.max(0, size - MOST)
      const length = size - start
      if (length < LEAST) {
        return skipped(`the ${size} bytes of the file fit in the buffers between server and client`)
      }
      if (length + LEAST / 8 > budget.bytesLeft) {
        return skipped(`the drill receives ${length} bytes; the bound leaves ${budget.bytesLeft}`)
      }
      const last = await learnSamples(subject, start)
      return restoring(subject, async () =>
        ifShown(await receiveDuring(subject, change, start), subject, last),
      )
    },
  }
}

/** Receives slices of the old version, unless earlier checks have, and the last one in any case. */
async function learnSamples(subject: Subject, start: number): Promise<Exchange> {
  const { size, known } = subject
  const places = PLACES.map((part) => start + Math.floor((size - start) * part))
  for (const from of places) {
    if (known.slice(from, from + SAMPLE) === undefined) await learnSample(subject, from)
  }
  return learnSample(subject, size - SAMPLE)
}

async function learnSample(subject: Subject, start: number): Promise<Exchange> {
  const end = start + SAMPLE
  const exchange = await subject.sendRange(`bytes=${start}-${end - 1}`, {}, { read: SAMPLE })
  if (judgeRange(subject, exchange, { start, end }) === undefined) {
    judgeBytes(subject, exchange, start)
  }
  return exchange
}

async function receiveDuring(
  subject: Subject,
  change: FileChange,
  start: number,
): Promise<Finding> {
  let changed: Promise<void> | undefined
  const exchange = await subject.send({
    fields: start === 0 ? {} : { range: `bytes=${start}-` },
    // One byte more shows a body that is longer; one without an end is left.
    read: subject.size - start + 1,
    connection: 'new',
    midway: {
      after: BEFORE,
      act() {
        changed = changeOf(subject)(change)
        return changed.catch(() => {})
      },
    },
  })
  await changed
  return judge(subject, exchange, start)
}

function judge(subject: Subject, exchange: Exchange, start: number): Finding {
  const { status, body, end } = exchange
  const expectedStatus = start === 0 ? 200 : 206
  if (status !== expectedStatus) {
    return failed(exchange, `${expectedStatus} before the change`, `${status}`)
  }
  if (end === 'stalled') {
    const received = `${body.length} bytes, then nothing`
    return failed(exchange, 'the rest of the body, or the end of the connection', received)
  }
  const expected = 'the old version, or a body that ends visibly short'
  const length = subject.size - start
  const isLonger = body.length > length
  if (end !== 'complete' && !isLonger) return PASSED
  if (body.length !== length) {
    const many = isLonger ? `body of more than ${length}` : `complete body of ${body.length}`
    const received = `a ${many} bytes; the old version has ${length}`
    return failed(exchange, expected, received)
  }
  const at = subject.known.firstDifference(start, body)
  if (at === undefined) return PASSED
  return failed(exchange, expected, `a complete body with other bytes from offset ${at} on`)
}
