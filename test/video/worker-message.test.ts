import { describe, expect, it } from 'vitest'
import { pageMessageOf, workerMessageOf } from '../../src/video/worker-message.js'

const OPENED = { lastbyte: 1, url: '/f', read: 'a', kind: 'opened', start: 0, end: 1, size: 1 }

describe('Messages between pages and the worker', () => {
  it('are recognised by their mark', () => {
    expect(workerMessageOf(OPENED)).toBe(OPENED)
    expect(pageMessageOf({ lastbyte: 1, kind: 'claim' })).toEqual({ lastbyte: 1, kind: 'claim' })
    for (const kind of ['retry', 'ping']) {
      expect(pageMessageOf({ lastbyte: 1, kind })).toEqual({ lastbyte: 1, kind })
    }
  })

  it.each([
    [undefined],
    [null],
    ['claim'],
    [1],
    [{}],
    [{ ...OPENED, lastbyte: 2 }],
    [{ ...OPENED, url: undefined }],
    [{ ...OPENED, read: 1 }],
    [{ lastbyte: 1, kind: 'other' }],
    [{ kind: 'claim' }],
  ])('of other scripts are ignored: %j', (data) => {
    expect(workerMessageOf(data)).toBe(undefined)
    expect(pageMessageOf(data)).toBe(undefined)
  })
})
