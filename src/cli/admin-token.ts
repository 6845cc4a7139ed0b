import { drawToken } from '../admin/authorize.js'
import type { Environment } from './settings/environment.js'
import { usageError } from './usage-error.js'

/** The token of the pages for people who watch the server: one for faults and transfers. */
export interface AdminToken {
  readonly token: string
  /** The variable that has it; undefined for a token that was drawn. One that was given isn't printed. */
  readonly variable: 'FAULT_TOKEN' | 'TRANSFERS_TOKEN' | undefined
}

type TokenSettings = Pick<
  Environment,
  'FAULTS' | 'FAULT_TOKEN' | 'TRANSFERS' | 'TRANSFERS_TOKEN' | 'drawnToken'
>

/**
 * The token that was given for what is on, or a new one.
 *
 * @throws LastbyteError BAD_SETTING for two tokens that differ: one page would ask for the token of the other
 */
export function adminToken(settings: TokenSettings): AdminToken {
  const { FAULTS, FAULT_TOKEN, TRANSFERS, TRANSFERS_TOKEN, drawnToken } = settings
  const ofFaults = { variable: 'FAULT_TOKEN', token: FAULT_TOKEN } as const
  const ofTransfers = { variable: 'TRANSFERS_TOKEN', token: TRANSFERS_TOKEN } as const
  const candidates = TRANSFERS ? [ofTransfers, ofFaults] : [ofFaults]
  const [first, second = first] = candidates.filter(({ token }) => token !== '')
  if (FAULTS && first?.token !== second?.token) {
    throw usageError('TRANSFERS_TOKEN', 'expected the value of FAULT_TOKEN, or none: both share it')
  }
  return first ?? { token: drawnToken ?? drawToken(), variable: undefined }
}
