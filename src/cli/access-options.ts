import type { AccessOptions } from '../access/access-options.js'
import type { Environment } from './settings/environment.js'
import { renamedError, usageError } from './usage-error.js'

type AccessSettings = Pick<
  Environment,
  'ACCESS_USERS' | 'ACCESS_TOKENS' | 'ACCESS_KEYS' | 'ACCESS_PUBLIC'
>

/** The variables of the plugin's options. */
const VARIABLES: ReadonlyMap<string, keyof AccessSettings> = new Map([
  ['access.users', 'ACCESS_USERS'],
  ['access.tokens', 'ACCESS_TOKENS'],
  ['access.keys', 'ACCESS_KEYS'],
  ['access.public', 'ACCESS_PUBLIC'],
])

/** The plugin's option `access`; undefined: everybody may use the server. */
export function accessOptions(settings: AccessSettings): AccessOptions | undefined {
  const { ACCESS_USERS, ACCESS_TOKENS, ACCESS_KEYS, ACCESS_PUBLIC } = settings
  const files = {
    ...(ACCESS_USERS !== '' && { users: ACCESS_USERS }),
    ...(ACCESS_TOKENS !== '' && { tokens: ACCESS_TOKENS }),
    ...(ACCESS_KEYS !== '' && { keys: ACCESS_KEYS }),
  }
  const globs = ACCESS_PUBLIC.split(',').map((glob) => glob.trim())
  const given = globs.filter((glob) => glob !== '')
  if (Object.keys(files).length > 0) return { ...files, public: given }
  if (given.length === 0) return undefined
  const problem =
    'expected --users, --tokens or --url-keys as well (ACCESS_USERS, ACCESS_TOKENS, ACCESS_KEYS)'
  throw usageError('ACCESS_PUBLIC', problem)
}

/** An error of the option `access` as one of the setting that the user knows; any other as it is. */
export function namedAccessError(error: unknown): unknown {
  return renamedError(error, VARIABLES)
}
