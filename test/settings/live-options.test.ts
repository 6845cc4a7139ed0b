import { describe, expect, it } from 'vitest'
import { readLiveOptions } from '../../src/settings/live-options.js'
import { settleOptions } from '../../src/settings/settings.js'

describe('readLiveOptions', () => {
  it.each([
    [undefined, undefined],
    [false, undefined],
    [true, { markers: ['.live', '.part'], state: undefined }],
    [{ markers: ['.recording'] }, { markers: ['.recording'], state: undefined }],
    [{ state: '/var/lib/live' }, { markers: ['.live', '.part'], state: '/var/lib/live' }],
  ])('settles %o', (given, want) => {
    expect(readLiveOptions(given)).toEqual(want)
  })

  it.each([
    [{ markers: [] }, /markers/],
    [{ markers: ['live'] }, /markers.*starts with a dot/],
    [{ markers: ['.a/b'] }, /markers/],
    [{ state: '' }, /state/],
    [{ marker: '.x' }, /marker: unknown option/],
  ])('refuses %o', (given, message) => {
    expect(() => readLiveOptions(given as never)).toThrow(message)
  })

  it('is refused without a root', () => {
    const source = { open: async () => ({ kind: 'absent' }) as const }
    expect(() => settleOptions({ source, live: true })).toThrow(/live: expected "root"/)
    expect(settleOptions({ source, live: false }).live).toBeUndefined()
  })
})
