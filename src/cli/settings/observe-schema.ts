import { LOG_FORMATS } from '../../observe/access-log.js'
import { ADMIN_EXPECTED } from '../admin/admin-address.js'
import { choice, type Setting, text } from './setting.js'

/** What those who operate the server see of it, and where. */
export const OBSERVE_SCHEMA = {
  ADMIN: text(
    'where /-/metrics, /-/transfers and /-/faults are served, instead of on the port of the clients',
    '--admin <address>',
    ADMIN_EXPECTED,
  ),
  ACCESS_LOG: choice(
    'one line for each response, on stdout or in --access-log-file',
    'access-log',
    ['none', ...LOG_FORMATS],
  ),
  ACCESS_LOG_FILE: text(
    'the file to which the access log is appended; SIGUSR1 opens it anew',
    '--access-log-file <file>',
    'a file that can be written',
  ),
} as const satisfies Record<string, Setting>
