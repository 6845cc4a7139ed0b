import { describe, expect, it } from 'vitest'
import { breaches } from './breaches.js'
import type { GuardKind } from './pages.js'
import type { Outcome } from './run-scenario.js'

const SHOWN = { versions: [1], otherVersion: 0, findings: [], last: 16, unpainted: 0 }

/** What was shown until the viewer chose version 2. */
function outcome(guard: GuardKind, first: Partial<Outcome['first']>): Outcome {
  return {
    scenario: { name: 'a change', seconds: 16, steps: [], expects: 'stops' },
    ...{ browser: 'chromium', guard, kind: 'played', last: 16, back: 0, error: null, status: '' },
    first: { ...SHOWN, ...first },
    second: { ...SHOWN, versions: [2] },
    kept: { volume: 0.4, rate: 1.1 },
    ...{ seeks: [], frames: [], events: [] },
  }
}

describe('breaches', () => {
  it.each([
    ['guarded', 0],
    ['guarded', 200],
    ['supervised', 1_001],
  ] as const)('finds two versions of a video that is %s, for %i ms', (guard, otherVersion) => {
    const found = breaches(outcome(guard, { versions: [1, 2], otherVersion }))
    expect(found).toEqual(['shows the versions 1 and 2'])
  })

  it('permits them for the time of a probe where there is no worker', () => {
    const first = { versions: [1, 2], otherVersion: 1_000 }
    expect(breaches(outcome('supervised', first))).toEqual([])
  })

  it('finds nothing where one version was shown until the choice', () => {
    expect(breaches(outcome('guarded', {}))).toEqual([])
  })
})
