import { it } from 'vitest'
import type { Fault } from '../../../src/fault/fault-kinds.js'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that refuses a range in HTTP/1.0', async () => {
  await expectFound({
    rules: [
      { match: { protocol: 'HTTP/1.0', range: 'present' }, fault: { kind: 'status', status: 400 } },
    ],
    fails: ['http-1-0-range'],
  })
})

it.each<[string, Fault | readonly Fault[]]>([
  ['another byte', { kind: 'corrupt', at: 1 }],
  ['another Content-Range', { kind: 'wrong-content-range' }],
  ['no Content-Range', { kind: 'response-fields', remove: 'content-range' }],
  ['a part of the slice', { kind: 'end-early', at: 2 }],
  ['another byte of the whole', [{ kind: 'ignore-range' }, { kind: 'corrupt', at: 1 }]],
])('finds a server that sends %s to a range in HTTP/1.0', async (_, fault) => {
  await expectFound({
    rules: [{ match: { protocol: 'HTTP/1.0', headers: { range: 'bytes=0-3' } }, fault }],
    fails: ['http-1-0-range'],
    options: { only: ['ends'] },
  })
})

it('accepts a server whose slice in HTTP/1.0 ends with the connection', async () => {
  await expectFound({
    rules: [{ match: { protocol: 'HTTP/1.0', range: 'present' }, fault: { kind: 'until-close' } }],
    fails: [],
    options: { only: ['ends'] },
  })
})
