import { matchesAny } from '../http/path-glob.js'
import type { ByteSource } from '../source/byte-source.js'

/**
 * A source whose listings lack the files and folders that a glob matches, so that `wildcard: false` gives
 * them no route. The globs are of keys, such as `*.map`; a name may start with a dot.
 */
export function withoutIgnored(source: ByteSource, globs: readonly string[]): ByteSource {
  const { list } = source
  if (globs.length === 0 || list === undefined) return source
  const isIgnored = matchesAny(globs)
  return {
    open: (key, request, signal) => source.open(key, request, signal),
    async list(key, signal, isWanted) {
      const entries = await list.call(source, key, signal, isWanted)
      return entries?.filter(({ name }) => !isIgnored(key + name))
    },
  }
}
