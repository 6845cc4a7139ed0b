import { expect, it } from 'vitest'
import {
  type ConditionRequest,
  conditionCheck,
} from '../../../src/check/conditions/condition-check.js'
import type { ProbeRequest } from '../../../src/check/subject/exchange.js'
import { KnownBytes } from '../../../src/check/subject/known-bytes.js'
import type { Subject } from '../../../src/check/subject/subject.js'

/** A server that sends 412 to every request. */
function refusingSubject() {
  const sent: ProbeRequest[] = []
  const send = async (request: ProbeRequest) => {
    sent.push(request)
    return { status: 412, lines: [], body: Buffer.alloc(0), end: 'complete' }
  }
  const subject = { facts: {}, known: new KnownBytes(), size: 10, send } as unknown as Subject
  return { sent, subject }
}

function checkOf(requests: readonly ConditionRequest[]) {
  return conditionCheck({
    id: 'if-match-example',
    requirement: 'If-Match is evaluated.',
    section: 'RFC 9110 §13.1.1',
    strength: 'MUST',
    harm: 'None.',
    requests: () => requests,
  })
}

it('sends the conditions with the range, and passes where each response is allowed', async () => {
  const { sent, subject } = refusingSubject()
  const fields = { 'if-match': '"a"' }
  const check = checkOf([
    { slice: [1, 3], fields, allows: ['refused'] },
    { slice: undefined, fields, allows: ['refused', 'whole'] },
  ])
  expect(await check.run(subject)).toEqual({ kind: 'passed' })
  expect(sent.map(({ fields }) => fields)).toEqual([
    { 'if-match': '"a"', range: 'bytes=1-2' },
    { 'if-match': '"a"', range: undefined },
  ])
})

it('ends at the first response that is not allowed', async () => {
  const { sent, subject } = refusingSubject()
  const check = checkOf([
    { slice: [1, 3], fields: {}, allows: ['slice'] },
    { slice: [0, 1], fields: {}, allows: ['refused'] },
  ])
  expect(await check.run(subject)).toMatchObject({
    kind: 'failed',
    expected: '206 with Content-Range: bytes 1-2/10',
    received: '412 with no Content-Range',
  })
  expect(sent).toHaveLength(1)
})

it('is skipped where the validators give no request', async () => {
  const { subject } = refusingSubject()
  expect(await checkOf([]).run(subject)).toMatchObject({ kind: 'skipped' })
})
