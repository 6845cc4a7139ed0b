import nodeModule from 'node:module'

/**
 * node:https, loaded when it is first needed: with node:tls it takes a tenth of the time in which Node starts, and
 * many a process requests http: URLs only.
 */
export function secureHttp(): typeof import('node:https') {
  // The base is absolute on every system and in every bundle. The name createRequire would clash with that of the
  // banner of a bundle.
  return nodeModule.createRequire(process.execPath)('node:https')
}
