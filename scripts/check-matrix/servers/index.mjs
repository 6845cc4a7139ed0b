import { apache } from './apache.mjs'
import { caddy } from './caddy.mjs'
import { COMMANDS, go } from './commands.mjs'
import { FRONTS } from './fronts.mjs'
import { LASTBYTE } from './lastbyte.mjs'
import { lighttpd } from './lighttpd.mjs'
import { nginx } from './nginx.mjs'
import { NPM } from './npm.mjs'
import { SWIFT_NEEDS, swift } from './swift.mjs'

/**
 * The servers of the matrix, in the order of its table.
 *
 * @typedef {object} Server
 * @property {string} id the name for --only
 * @property {string} name the name in the table
 * @property {string} [setting] how it differs from its defaults, in Markdown
 * @property {{ command: string, packages: string[] }} [needs] its command, and Debian's packages that contain it
 * @property {string[]} [npm] its packages of the npm registry, the first one with the version to show
 * @property {{ command?: string, args: string[], pattern: RegExp }} [version] what tells its version
 * @property {boolean} [isFront] whether it forwards to another server (place.origin)
 * @property {Server} [before] that server, if not nginx
 * @property {boolean} [isCache] whether the film is fetched once before the checks, so that they see the cache
 * @property {boolean} [isOfBucket] whether it needs Swift with a bucket (place.bucket)
 * @property {string} [protocol] https, if not http
 * @property {(place: Place) => Command} [build] a command to run before the first start
 * @property {(place: Place) => Command} [start] the command that serves place.folder on place.port of 127.0.0.1
 * @property {(place: Place) => Promise<{ url: string, stop(): Promise<void> }>} [listen] instead of `start`
 */
export const SERVERS = [
  ...LASTBYTE,
  nginx,
  apache,
  caddy,
  lighttpd,
  ...FRONTS,
  ...COMMANDS,
  go,
  ...NPM,
  swift,
].map((server) => ({ ...server, allNeeds: needsOf(server) }))

export { nginx }

/** The commands that a server needs, with those of the servers behind it. */
function needsOf({ needs, isFront, before = nginx, isOfBucket }) {
  const all = [needs, isFront && before.needs, isOfBucket && SWIFT_NEEDS]
  return all.filter((need) => need !== undefined && need !== false)
}
