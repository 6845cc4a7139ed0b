import { readFileSync } from 'node:fs'
import { LastbyteError } from '../errors.js'
import { createFaults } from '../fault/create-faults.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import type { FaultRule } from '../fault/fault-rule.js'
import type { Environment } from './settings/environment.js'

type FaultSettings = Pick<
  Environment,
  'FAULTS' | 'FAULT_SCENARIO' | 'FAULT_SEED' | 'FAULTS_IN_PRODUCTION'
>

interface Scenario {
  readonly seed?: number
  readonly rules: readonly FaultRule[]
}

/** The fault layer that the settings ask for, with its scenario armed. @throws LastbyteError BAD_SETTING */
export function openFaults(settings: FaultSettings): FaultLayer | undefined {
  const { FAULTS, FAULT_SCENARIO, FAULT_SEED, FAULTS_IN_PRODUCTION } = settings
  if (!FAULTS) {
    if (FAULT_SCENARIO === '') return undefined
    throw bad('FAULT_SCENARIO', 'wants --faults too')
  }
  const scenario = FAULT_SCENARIO === '' ? { rules: [] } : readScenario(FAULT_SCENARIO)
  const layer = createFaults({
    seed: FAULT_SEED === '' ? scenario.seed : Number(FAULT_SEED),
    inProduction: FAULTS_IN_PRODUCTION,
  })
  try {
    layer.armAll(scenario.rules)
  } catch (error) {
    throw bad('FAULT_SCENARIO', `${FAULT_SCENARIO}: ${(error as Error).message}`)
  }
  return layer
}

function readScenario(path: string): Scenario {
  const parsed = parse(path)
  if (Array.isArray(parsed)) return { rules: parsed }
  if (typeof parsed !== 'object' || parsed === null || !('rules' in parsed)) {
    return { rules: [parsed as FaultRule] }
  }
  const { seed, rules, ...others } = parsed as Scenario
  const unknown = Object.keys(others).join(', ')
  if (!Array.isArray(rules) || unknown !== '') {
    throw bad('FAULT_SCENARIO', `${path}: wants { "seed", "rules": [...] }, and no ${unknown}`)
  }
  return seed === undefined ? { rules } : { seed, rules }
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw bad('FAULT_SCENARIO', `wants a readable file in JSON: ${(error as Error).message}`)
  }
}

function bad(setting: string, why: string): LastbyteError {
  return new LastbyteError('BAD_SETTING', `${setting}: ${why}`, { setting })
}
