import { fileURLToPath } from 'node:url'
import { FaultLayer } from '../fault/fault-layer.js'
import { isGlob } from '../http/path-glob.js'
import { ZERO_COPY_MODES } from '../native/bindings.js'
import { BYTE_SOURCE } from '../source/byte-source-expectation.js'
import {
  arrayOf,
  BOOLEAN,
  copyArray,
  type Expectation,
  type Expectations,
  FUNCTION,
  isOptionsObject,
  OBJECT,
  oneOf,
  STRING,
} from '../validation/expectation.js'
import { byteCount, milliseconds } from '../validation/number-expectations.js'
import { invalidSetting } from '../validation/option-error.js'
import { OPTIONS_PLACE, readOptions } from '../validation/read-options.js'
import { FILE_OPTIONS } from './file-options.js'
import type { LastbyteOptions } from './options.js'
import { SIGNING_KEY } from './signing-key.js'
import { NOT_OF_A_REGISTRATION } from './static-options.js'

const PATH: Expectation = {
  expected: 'a path that starts with a slash',
  accepts: (value) => typeof value === 'string' && value.startsWith('/'),
}

/** Options of a part that can also be switched on and off as a whole. */
const SWITCH_OR_OBJECT: Expectation = {
  expected: 'true, false, or an object',
  accepts: (value) => BOOLEAN.accepts(value) || isOptionsObject(value),
}

const GLOBS = arrayOf(
  {
    expected: 'a glob',
    accepts: (value) => typeof value === 'string' && isGlob(value),
  },
  'an array of globs of at most 500 characters, without !(…)',
)

export const ZERO_COPY = oneOf(...ZERO_COPY_MODES)

/** What each option of the plugin must be. */
export const PLUGIN_OPTIONS: Expectations<LastbyteOptions> = {
  ...FILE_OPTIONS,
  root: {
    expected: 'a path, a file: URL, or a non-empty array of them',
    accepts: (value) =>
      Array.isArray(value) ? value.length > 0 && value.every(isRoot) : isRoot(value),
    copy: copyArray,
  },
  prefix: {
    expected: PATH.expected,
    accepts: (value) => value === '' || PATH.accepts(value),
  },
  decorateReply: BOOLEAN,
  serve: BOOLEAN,
  appendOnly: BOOLEAN,
  setHeaders: FUNCTION,
  allowedPath: FUNCTION,
  list: SWITCH_OR_OBJECT,
  zip: SWITCH_OR_OBJECT,
  live: SWITCH_OR_OBJECT,
  metalink: SWITCH_OR_OBJECT,
  redirect: BOOLEAN,
  wildcard: BOOLEAN,
  constraints: OBJECT,
  schemaHide: BOOLEAN,
  suppressWarning: BOOLEAN,
  globIgnore: GLOBS,
  prefixAvoidTrailingSlash: {
    expected: 'false, since "redirect" leads from the prefix without its slash to the one with it',
    accepts: (value) => value === false,
  },
  logLevel: STRING,
  source: BYTE_SOURCE,
  digest: oneOf('asked', 'known', 'off'),
  digestLimit: byteCount(0),
  digestMaximum: byteCount(0),
  signingKey: SIGNING_KEY,
  stallTimeout: milliseconds(1),
  sourceTimeout: milliseconds(1),
  shutdownGrace: milliseconds(0),
  zeroCopy: ZERO_COPY,
  contentCache: byteCount(0),
  rate: byteCount(1),
  ratePerAddress: byteCount(1),
  faults: {
    expected: 'a FaultLayer, from createFaults',
    accepts: (value) => value instanceof FaultLayer,
  },
  access: { expected: 'an object', accepts: isOptionsObject },
  watch: PATH,
  pages: SWITCH_OR_OBJECT,
  streams: { expected: 'an object', accepts: isOptionsObject },
}

/**
 * Reads the options of the plugin.
 *
 * @throws LastbyteError BAD_SETTING for an option, and where there is not exactly one origin of files
 */
export function readPluginOptions(options: unknown): Readonly<LastbyteOptions> {
  // Fastify's own option of `register`, which it leaves among the plugin's.
  const logSerializers: Expectation = { expected: 'an object', accepts: () => true }
  const { logSerializers: _fastify, ...own } = readOptions<FastifyOptions>(
    options,
    { ...PLUGIN_OPTIONS, logSerializers },
    { ...OPTIONS_PLACE, alternatives: NOT_OF_A_REGISTRATION },
  )
  const { root, source, serve } = own
  if (root !== undefined && source !== undefined) {
    throw invalidSetting('root', 'provide exactly one of "root" and "source"', root)
  }
  if (root === undefined && source === undefined && serve !== false) {
    const problem = 'provide exactly one of "root" and "source", or else "serve": false'
    throw invalidSetting('root', problem, root)
  }
  if (own.live !== undefined && own.live !== false && root === undefined) {
    throw invalidSetting(
      'live',
      'expected "root" beside it: files of a folder can be live',
      own.live,
    )
  }
  return Object.freeze(own)
}

type FastifyOptions = LastbyteOptions & { readonly logSerializers?: unknown }

function isRoot(value: unknown): boolean {
  if (!(value instanceof URL)) return typeof value === 'string' && value !== ''
  try {
    return fileURLToPath(value) !== ''
  } catch {
    return false
  }
}
