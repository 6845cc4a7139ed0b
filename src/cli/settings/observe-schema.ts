import { ADMIN_EXPECTED } from '../admin/admin-address.js'
import { type Setting, text } from './setting.js'

/** What those who operate the server see of it, and where. */
export const OBSERVE_SCHEMA = {
  ADMIN: text(
    'where /-/metrics, /-/transfers and /-/faults are served, instead of on the port of the clients',
    '--admin <address>',
    ADMIN_EXPECTED,
  ),
} as const satisfies Record<string, Setting>
