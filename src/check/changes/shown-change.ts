import { type Exchange, fieldOf } from '../subject/exchange.js'
import { type Finding, skipped } from '../subject/finding.js'
import type { Subject } from '../subject/subject.js'

/** What tells versions apart, beside the bytes: the size is in Content-Range. */
const FIELDS = ['content-range', 'etag', 'last-modified']

/**
 * What a drill without a failure is worth. A slice that was received before the change is requested again without
 * conditions: where it is the same, the server may serve another file than the one that was changed.
 */
export async function ifShown(
  finding: Finding,
  subject: Subject,
  before: Exchange,
): Promise<Finding> {
  if (finding.kind !== 'passed') return finding
  const { range } = before.request.fields
  const request = { fields: { range }, read: before.body.length, connection: 'new' } as const
  const after = await subject.send(request)
  const isSame =
    after.status === before.status &&
    FIELDS.every((name) => fieldOf(after, name) === fieldOf(before, name)) &&
    after.body.equals(before.body)
  return isSame ? skipped('nothing that the server sends shows the change') : finding
}
