import { describe, expect, it, vi } from 'vitest'
import { TimeGrains } from '../../../src/source/file/time-grains.js'

const NOW = 1_700_000_000_000
const COARSE = { dev: 1n, ctimeNs: 1_700_000_000_000_000_000n }
const FINE = { dev: 1n, ctimeNs: 1_700_000_000_000_000_007n }
const OLD = { dev: 1n, ctimeNs: 1_600_000_000_000_000_000n }
const OTHER = { ...COARSE, dev: 2n }

describe('TimeGrains', () => {
  it.each([
    ['once, however many files of it are seen', [COARSE, COARSE, COARSE], 1],
    ['once for each device', [COARSE, OTHER, COARSE, OTHER], 2],
    ['never after finer times were seen on it', [FINE, COARSE], 0],
    ['only once a file was changed on it', [OLD, OLD], 0],
    ['once a file was changed on it', [OLD, COARSE], 1],
  ])('reports a file system with times in whole seconds %s', (_case, stats, reports) => {
    const report = vi.fn()
    const grains = new TimeGrains(report)
    for (const stat of stats) grains.note('/disk/f', stat, NOW)
    expect(report).toHaveBeenCalledTimes(reports)
    if (reports > 0)
      expect(report).toHaveBeenCalledWith(expect.stringMatching(/"\/disk\/f".*etag: 'content'/))
  })

  it('emits a warning of the process', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    new TimeGrains().note('/disk/f', COARSE, NOW)
    expect(warned).toHaveBeenCalledWith(expect.any(String), {
      type: 'LastbyteWarning',
      code: 'LASTBYTE_COARSE_TIMES',
    })
    warned.mockRestore()
  })
})
