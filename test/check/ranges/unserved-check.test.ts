import { describe, expect, it } from 'vitest'
import { judgeUnserved, unservedCheck } from '../../../src/check/ranges/unserved-check.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { LastbyteError } from '../../../src/errors.js'
import { exchangeWith } from '../../fixture/exchange.js'

/** A server that answers each Range with a status, or with none. */
function server(statuses: Readonly<Record<string, number | Error>>) {
  const sent: string[] = []
  const sendRange = async (range: string) => {
    sent.push(range)
    const status = statuses[range] ?? 200
    if (typeof status !== 'number') throw status
    return exchangeWith({ status })
  }
  const { signal } = new AbortController()
  return { sent, subject: { size: 10, sendRange, signal } as unknown as Subject }
}

const check = unservedCheck({
  id: 'range-example',
  requirement: 'It is ignored.',
  section: 'RFC 9110 §14.2',
  strength: 'MUST',
  harm: 'None.',
  ranges: ['a', 'b', 'c'],
  refusal: 'allowed',
})

describe('a check of ranges without a slice', () => {
  it('sends each, and may be refused', async () => {
    const { sent, subject } = server({ b: 416, c: 400 })
    expect(await check.run(subject)).toEqual({ kind: 'passed' })
    expect(sent).toEqual(['a', 'b', 'c'])
    expect(check.cost.requests).toBe(3)
  })

  it('fails for a slice', async () => {
    const { subject } = server({ b: 206 })
    expect(await check.run(subject)).toMatchObject({
      expected: '200 or a status 4xx for Range: b',
      received: '206 with no Content-Range',
    })
  })

  it('names every Range for which it fails', async () => {
    const { sent, subject } = server({ a: 206, b: 416, c: 500 })
    expect(await check.run(subject)).toMatchObject({
      expected: '200 or a status 4xx for Range: a',
      received: '206 with no Content-Range; also wrong for c',
    })
    expect(sent).toEqual(['a', 'b', 'c'])
  })

  it('fails without a response, and says for which Range', async () => {
    const ended = new LastbyteError('UNREACHABLE', 'the connection failed')
    const { sent, subject } = server({ b: ended })
    expect(await check.run(subject)).toMatchObject({
      expected: '200 or a status 4xx for Range: b',
      received: 'no response: the connection failed',
    })
    expect(sent).toEqual(['a', 'b'])
  })

  it('passes errors of the program on', async () => {
    const { subject } = server({ a: new TypeError('a defect') })
    await expect(check.run(subject)).rejects.toThrow('a defect')
  })
})

it.each([
  [200, undefined],
  [416, '200 for Range: a'],
  [206, '200 for Range: a'],
  [500, '200 for Range: a'],
])('where a refusal is wrong, %i is judged as %s', async (status, expected) => {
  const failure = await judgeUnserved(server({ a: status }).subject, 'a', 'wrong')
  expect(failure?.expected).toBe(expected)
})
