import { expect, it } from 'vitest'
import { partsCheck } from '../../../src/check/multipart/parts-check.js'
import { PASSED } from '../../../src/check/subject/finding.js'
import type { Subject } from '../../../src/check/subject/subject.js'
import { exchangeWith } from '../../fixture/exchange.js'

/** Runs a check that counts the parts of a response. */
async function countParts(status: number, body: string) {
  const counts: number[] = []
  const check = partsCheck({
    id: 'multipart-example',
    requirement: 'There are parts.',
    section: 'RFC 9110 §14.6',
    strength: 'MUST',
    harm: 'None.',
    range: (size) => `bytes=0-0,${size - 1}-`,
    judge(_subject, _exchange, parts) {
      counts.push(parts.length)
      return PASSED
    },
  })
  const sent: string[] = []
  const fields = { 'content-type': 'multipart/byteranges; boundary=b' }
  const exchange = { ...exchangeWith({ status, fields }), body: Buffer.from(body) }
  const sendRange = async (range: string) => {
    sent.push(range)
    return exchange
  }
  const finding = await check.run({ size: 10, sendRange } as unknown as Subject)
  return { finding, counts, sent }
}

it('judges the parts of a multipart', async () => {
  expect(await countParts(206, '--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--')).toEqual({
    finding: PASSED,
    counts: [2],
    sent: ['bytes=0-0,9-'],
  })
})

it('is skipped where the server sends no multipart', async () => {
  expect(await countParts(200, 'x')).toMatchObject({ finding: { kind: 'skipped' }, counts: [] })
})

it('is skipped where the multipart is malformed', async () => {
  const { finding } = await countParts(206, '--b\r\n\r\nx')
  expect(finding).toEqual({ kind: 'skipped', reason: 'the multipart has no closing delimiter' })
})
