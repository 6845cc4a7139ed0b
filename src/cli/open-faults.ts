import { readFileSync } from 'node:fs'
import { createFaults } from '../fault/create-faults.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import type { FaultRule } from '../fault/fault-rule.js'
import { parseJson } from '../http/parse-json.js'
import type { Environment } from './settings/environment.js'
import { usageError } from './usage-error.js'

type FaultSettings = Pick<
  Environment,
  'FAULTS' | 'FAULT_SCENARIO' | 'FAULT_SEED' | 'FAULTS_IN_PRODUCTION'
>

/** The rules of a file, and the seed of their choices. */
export interface Scenario {
  readonly seed?: number
  readonly rules: readonly FaultRule[]
}

/**
 * The fault layer with the rules of its scenario armed; undefined without `--faults`.
 *
 * @throws LastbyteError BAD_SETTING
 */
export function openFaults(settings: FaultSettings): FaultLayer | undefined {
  const { FAULTS, FAULT_SCENARIO, FAULT_SEED, FAULTS_IN_PRODUCTION } = settings
  if (!FAULTS) {
    if (FAULT_SCENARIO === '') return undefined
    throw usageError('FAULT_SCENARIO', 'expected --faults as well')
  }
  const scenario = FAULT_SCENARIO === '' ? { rules: [] } : readScenario(FAULT_SCENARIO)
  const layer = createFaults({
    seed: FAULT_SEED === '' ? scenario.seed : Number(FAULT_SEED),
    inProduction: FAULTS_IN_PRODUCTION,
  })
  try {
    layer.armAll(scenario.rules)
  } catch (error) {
    throw usageError('FAULT_SCENARIO', `${FAULT_SCENARIO}: ${(error as Error).message}`)
  }
  return layer
}

/** Reads a scenario file. @throws LastbyteError BAD_SETTING */
export function readScenario(path: string): Scenario {
  const parsed = parse(path)
  if (Array.isArray(parsed)) return { rules: parsed }
  if (typeof parsed !== 'object' || parsed === null || !('rules' in parsed)) {
    return { rules: [parsed as FaultRule] }
  }
  const { seed, rules, ...others } = parsed as Scenario
  if (Array.isArray(rules) && Object.keys(others).length === 0) {
    return seed === undefined ? { rules } : { seed, rules }
  }
  const members = Object.keys(parsed).join(', ')
  const problem = `${path}: expected { "seed", "rules": [...] }; received the members ${members}`
  throw usageError('FAULT_SCENARIO', problem)
}

function parse(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'))
  } catch (error) {
    const problem = `expected a file that can be read and holds JSON: ${(error as Error).message}`
    throw usageError('FAULT_SCENARIO', problem)
  }
}
