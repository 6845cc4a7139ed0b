import { LastbyteError } from '../errors.js'
import { ALL_CHECKS } from './all-checks.js'
import { type Check, GROUPS } from './subject/check-definition.js'

/**
 * The checks that groups and ids name, in the order of all.
 *
 * @throws LastbyteError BAD_SETTING for a name that is neither
 */
export function chooseChecks(only: readonly string[] | undefined): readonly Check[] {
  if (only === undefined) return ALL_CHECKS
  for (const name of only) {
    const isKnown = ALL_CHECKS.some(({ id, group }) => id === name || group === name)
    if (isKnown) continue
    const expected = `a group (${GROUPS.join(', ')}) or the id of a check (lastbyte check --list)`
    throw new LastbyteError('BAD_SETTING', `only: expected ${expected}; received "${name}"`)
  }
  return ALL_CHECKS.filter(({ id, group }) => only.includes(id) || only.includes(group))
}
