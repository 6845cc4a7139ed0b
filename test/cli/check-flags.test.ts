import { expect, it } from 'vitest'
import { parseCheckFlags } from '../../src/cli/check-flags.js'

it('without flags nothing is limited, and HTTP/1.1 is used', () => {
  expect(parseCheckFlags({})).toEqual({ http2: false, insecure: false, headers: {} })
})

it('flags become the options of a run', () => {
  const flags = {
    only: ['ranges, conditions', 'etag-syntax'],
    http2: true,
    insecure: true,
    header: ['X-A: b'],
    bytes: '4M',
    requests: '50',
    timeout: '2s',
    change: './swap.sh',
  }
  expect(parseCheckFlags(flags)).toEqual({
    only: ['ranges', 'conditions', 'etag-syntax'],
    http2: true,
    insecure: true,
    headers: { 'X-A': 'b' },
    bytes: 4 * 1024 ** 2,
    requests: 50,
    timeout: 2000,
    change: expect.any(Function),
  })
})

it('stdout has one format, and the file one way to be changed', () => {
  expect(() => parseCheckFlags({ json: true, markdown: true })).toThrow(/one format/)
  expect(() => parseCheckFlags({ json: true, junit: 'file.xml' })).not.toThrow()
  expect(() => parseCheckFlags({ change: 'a', changeFile: 'b' })).toThrow(/one way/)
})
