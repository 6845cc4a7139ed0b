import { describe, expect, it } from 'vitest'
import { openFaults } from '../../src/cli/open-faults.js'
import { Folder } from '../fixture/files.js'

const OFF = { FAULTS: false, FAULT_SCENARIO: '', FAULT_SEED: '', FAULTS_IN_PRODUCTION: false }
const ON = { ...OFF, FAULTS: true }
const rule = { fault: { kind: 'truncate', at: 5 } }

describe('openFaults', () => {
  it('returns no fault layer without --faults', () => {
    expect(openFaults(OFF)).toBeUndefined()
    expect(openFaults(ON)?.rules()).toEqual([])
  })

  it.each<[string, unknown, number, number | undefined]>([
    ['a rule', rule, 1, undefined],
    ['rules', [rule, rule], 2, undefined],
    ['rules with a seed', { seed: 9, rules: [rule, rule, rule] }, 3, 9],
    ['no rules', [], 0, undefined],
  ])('arms the rules of a scenario of %s', (_what, scenario, count, seed) => {
    using folder = new Folder({ 's.json': JSON.stringify(scenario) })
    const layer = openFaults({ ...ON, FAULT_SCENARIO: folder.at('s.json') })
    expect(layer?.rules()).toHaveLength(count)
    if (seed !== undefined) expect(layer?.seed).toBe(seed)
    const seeded = openFaults({ ...ON, FAULT_SCENARIO: folder.at('s.json'), FAULT_SEED: '4' })
    expect(seeded?.seed).toBe(4)
  })

  it.each([
    ['{', /FAULT_SCENARIO: expected a file that can be read and holds JSON/],
    [
      '{"fault":{"kind":"no"}}',
      /FAULT_SCENARIO: .*s\.json: \[0\]\.fault\.kind: expected "truncate"/,
    ],
    ['{"rules":[],"seeds":1}', /received the members rules, seeds/],
    ['{"rules":1}', /expected \{ "seed", "rules"/],
    ['null', /rule: expected an object/],
    ['{"seed":-1,"rules":[]}', /seed: expected/],
  ])('refuses the scenario %s', (text, why) => {
    using folder = new Folder({ 's.json': text })
    expect(() => openFaults({ ...ON, FAULT_SCENARIO: folder.at('s.json') })).toThrow(why)
  })

  it('refuses a scenario that does not exist or comes without --faults, and a seed out of range', () => {
    expect(() => openFaults({ ...ON, FAULT_SCENARIO: '/none.json' })).toThrow(/ENOENT/)
    expect(() => openFaults({ ...OFF, FAULT_SCENARIO: '/none.json' })).toThrow(
      /expected --faults as well/,
    )
    expect(() => openFaults({ ...ON, FAULT_SEED: '4294967296' })).toThrow(/^seed: expected/)
  })
})
