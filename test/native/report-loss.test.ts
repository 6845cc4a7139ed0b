import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { reportLoss, reportMissingBindings } from '../../src/native/report-loss.js'

let warnings: unknown[][]
beforeEach(() => {
  warnings = []
  vi.spyOn(process, 'emitWarning').mockImplementation((...args) => void warnings.push(args))
})
afterEach(() => void vi.restoreAllMocks())

const OPTIONS = { type: 'LastbyteWarning', code: 'LASTBYTE_FALLBACK' }

describe('reportLoss', () => {
  it('warns once for each part, with its name, the reason and the effect', () => {
    const loss = { part: 'dist/x.js', reason: 'ENOENT', effect: 'y is slower' }
    reportLoss(loss)
    reportLoss({ ...loss, reason: 'again' })
    reportLoss({ ...loss, part: 'dist/z.js' })
    expect(warnings).toEqual([
      ["dist/x.js can't be used: y is slower (ENOENT)", OPTIONS],
      ["dist/z.js can't be used: y is slower (ENOENT)", OPTIONS],
    ])
  })
})

describe('reportMissingBindings', () => {
  it('warns where the package has a binary that does not load, and names its file', () => {
    const file = 'native/zero-copy-linux-x64.node'
    reportMissingBindings({ kind: 'none', reason: 'cannot load it: ENOENT', file })
    expect(warnings).toEqual([
      [expect.stringMatching(/^native\/zero-copy-linux-x64\.node .*ENOENT/), OPTIONS],
    ])
  })

  it('does not warn where the bindings are off or the package has none for the platform', () => {
    reportMissingBindings({ kind: 'none', reason: 'LASTBYTE_ZERO_COPY is off' })
    reportMissingBindings({ kind: 'none', reason: 'there is no binary for darwin on arm64' })
    expect(warnings).toEqual([])
  })
})

it('a warning has no character on which a terminal acts', () => {
  reportLoss({ part: 'a\u009b', reason: '\x1b[2J', effect: 'none' })
  expect(warnings[0]?.[0]).toBe("a\\u009b can't be used: none (\\u001b[2J)")
})
