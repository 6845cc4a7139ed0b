import { isPinnable, type Pin, pinFields } from '../../resume/pin-fields.js'
import type { Check } from '../subject/check-definition.js'
import { type Exchange, fieldOf } from '../subject/exchange.js'
import { type Finding, failed, PASSED, skipped } from '../subject/finding.js'
import { describeRange, judgeRange } from '../subject/judge-slice.js'
import { validatorOfExchange } from '../subject/strong-validator.js'
import type { Subject } from '../subject/subject.js'
import { type FileChange, MADE, withChange } from './file-change.js'
import { ifShown } from './shown-change.js'

/** Bytes of a slice that are compared. */
const WINDOW = 4096
/** A slice before the change; after it, responses to If-Range, to If-Match and to neither, which may be the whole. */
const REQUESTS = 4
const REQUEST = 64 * 1024

const EXPECTED: Readonly<Record<Pin, string>> = {
  'if-range': '200 and the whole of the new version, or the bytes of the old one',
  'if-match': '412, or the bytes of the old version',
}

/** A check that a resume never continues another version after the file was changed between two requests. */
export function changeBetween(change: FileChange): Check {
  return {
    id: `change-${change}`,
    group: 'changes',
    requirement: `After the file was ${MADE[change]}, a resume with its old validator gets no bytes of the new version.`,
    section: 'RFC 9110 §8.8.1, §13.1.1, §13.1.5',
    strength: 'MUST',
    level: 'safe',
    harm: 'A client that resumes joins the bytes of two versions: Chromium, Firefox, undici, curl with If-Range.',
    needs: ['change', 'size', 'bytes', 'ranges'],
    cost: { requests: REQUESTS, bytes: REQUESTS * REQUEST },
    async run(subject) {
      const { size } = subject
      const start = Math.floor(size / 4)
      const end = Math.min(size, start + WINDOW)
      const range = `bytes=${start}-${end - 1}`
      const before = await subject.sendRange(range, {}, { read: end - start })
      if (judgeRange(subject, before, { start, end }) !== undefined) {
        return skipped('the server sends no slice that could be compared')
      }
      if (!isPinnable(validatorOfExchange(before))) {
        return skipped(
          'the server sends no strong validator, so no resume can name the old version',
        )
      }
      return withChange(subject, change, async () =>
        ifShown(await resumeAfter(subject, before, start), subject, before),
      )
    },
  }
}

async function resumeAfter(subject: Subject, before: Exchange, start: number): Promise<Finding> {
  const validator = validatorOfExchange(before)
  for (const pin of ['if-range', 'if-match'] as const) {
    const fields = pinFields({ validator }, pin)
    const request = { read: before.body.length, connection: 'new' } as const
    const exchange = await subject.sendRange(`bytes=${start}-`, fields, request)
    if (exchange.status === 206 && !isOld(subject, exchange, before, start)) {
      return failed(exchange, EXPECTED[pin], describe(exchange, before))
    }
  }
  return PASSED
}

/** Whether a cache or a copy still has the old version: all that a client sees is of it. */
function isOld(subject: Subject, exchange: Exchange, { body }: Exchange, start: number): boolean {
  const failure = judgeRange(subject, exchange, { start, end: subject.size })
  return failure === undefined && exchange.body.equals(body)
}

function describe(exchange: Exchange, { body }: Exchange): string {
  const isOther = !exchange.body.equals(body)
  const etag = fieldOf(exchange, 'etag')
  const bytes = isOther ? 'other bytes' : 'the size of another version'
  return `${describeRange(exchange)}, ${bytes}, ETag: ${etag ?? 'none'}`
}
