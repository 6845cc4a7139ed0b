import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that takes a position without a dash for a range', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=1-10' } },
      },
    ],
    fails: ['range-malformed'],
  })
})

it.each([
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=1',
  'bytes=2-1',
  'bytes=a-b',
  'bytes=--1',
  'bytes=0-1-2',
  'bytes=0x0-0x1',
  'bytes=0.5-1.5',
])('finds a server that sends a slice for Range: %s', async (range) => {
  await expectFound({
    rules: [
      {
        match: { headers: { range } },
        fault: { kind: 'request-fields', set: { range: 'bytes=0-1' } },
      },
    ],
    fails: ['range-malformed'],
    options: { only: ['range-malformed'] },
  })
})

it('finds a server that closes the connection at a range whose end is before its start', async () => {
  await expectFound({
    rules: [{ match: { headers: { range: 'bytes=2-1' } }, fault: { kind: 'empty-response' } }],
    fails: ['range-malformed'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('accepts a server that refuses malformed ranges', async () => {
  await expectFound({
    rules: [
      { match: { headers: { range: 'bytes=2-1' } }, fault: { kind: 'status', status: 416 } },
      { match: { headers: { range: 'bytes=-' } }, fault: { kind: 'status', status: 400 } },
    ],
    fails: [],
    options: { only: ['ranges', 'agreement'] },
  })
})
