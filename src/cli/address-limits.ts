import { addressList } from '../http/client-address.js'
import { AddressLimits } from '../server/address-limits.js'
import type { Environment } from './settings/environment.js'
import { SETTINGS_SCHEMA } from './settings/schema.js'
import { usageError } from './usage-error.js'

type LimitSettings = Pick<
  Environment,
  'CONNECTIONS_PER_ADDRESS' | 'REQUESTS_PER_ADDRESS' | 'TRUST_PROXY'
>

/** The limits of the settings, and the proxies that are trusted. @throws LastbyteError BAD_SETTING */
export function addressLimits(settings: LimitSettings) {
  const { TRUST_PROXY, CONNECTIONS_PER_ADDRESS, REQUESTS_PER_ADDRESS } = settings
  const trusted = addressList(TRUST_PROXY)
  if (trusted === undefined) {
    throw usageError('TRUST_PROXY', `expected ${SETTINGS_SCHEMA.TRUST_PROXY.expected}`, TRUST_PROXY)
  }
  // A proxy that connects to a Unix socket has no address, and is on this machine.
  const isTrusted = (address: string | undefined) => trusted(address ?? '127.0.0.1')
  const addressLimits = new AddressLimits({
    connectionsPerAddress: CONNECTIONS_PER_ADDRESS || Number.POSITIVE_INFINITY,
    requestsPerAddress: REQUESTS_PER_ADDRESS || Number.POSITIVE_INFINITY,
    isTrusted,
  })
  return TRUST_PROXY === '' ? { addressLimits } : { addressLimits, isTrusted }
}
