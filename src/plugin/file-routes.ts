import { LastbyteError } from '../errors.js'
import type { RouterSyntax } from '../request/target-syntax.js'
import type { ByteSource } from '../source/byte-source.js'

/** A route, and the keys that it serves. */
export interface FileRoute {
  /** The path of the route below the prefix, in the syntax of find-my-way. */
  readonly url: string
  /** The keys by their canonical form: lower case where the router ignores case. */
  readonly keys: Map<string, string>
}

/** Which folders have a URL. */
export interface FolderRules {
  /** Names of index files. */
  readonly index: readonly string[]
  /** Defined where folders without an index are listed. */
  readonly list: object | undefined
  /** Whether a folder has a URL without the slash at its end too. */
  readonly bare: boolean
}

/**
 * The keys that have a URL: every file, and every folder that has an index or is listed.
 *
 * @throws the signal's reason
 */
export async function everyKey(
  source: ByteSource,
  rules: FolderRules,
  signal: AbortSignal,
): Promise<string[]> {
  const keys: string[] = []
  const collect = async (folder: string): Promise<void> => {
    if (source.list === undefined) {
      const message = 'wildcard: expected true, since the source has no listing'
      throw new LastbyteError('BAD_SETTING', message)
    }
    const entries = await source.list(folder, signal)
    const files = entries.filter(({ kind }) => kind === 'file')
    if (rules.list !== undefined || files.some(({ name }) => rules.index.includes(name))) {
      keys.push(folder)
      if (rules.bare && folder !== '') keys.push(folder.slice(0, -1))
    }
    for (const { name } of files) keys.push(folder + name)
    for (const { name, kind } of entries) {
      if (kind === 'directory') await collect(`${folder}${name}/`)
    }
  }
  await collect('')
  return keys
}

/** The form in which the router compares a key. */
export function canonicalKey(key: string, { caseSensitive }: RouterSyntax): string {
  return caseSensitive ? key : key.toLowerCase()
}

/**
 * The routes for keys. A segment with a character that find-my-way reserves, or does not decode before it
 * compares static segments, becomes a parameter with a pattern of all such names. The empty name of the
 * root is one of them, so that the application can have a route for `/` of its own.
 */
export function fileRoutes(keys: readonly string[], syntax: RouterSyntax): FileRoute[] {
  const byShape = new Map<string, { readonly names: Set<string>[]; readonly route: FileRoute }>()
  for (const key of keys) {
    const segments = key.split('/')
    const isSpecial = (name: string) => RESERVED.test(name) || key === ''
    const pattern = segments.map((name) => (isSpecial(name) ? '*' : name)).join('/')
    // The router takes `d` and `d/` for one path then, so one route serves both keys.
    const path = syntax.ignoreTrailingSlash ? pattern.replace(/(?<=.)\/$/, '') : pattern
    const shape = canonicalKey(path, syntax)
    const special = segments.filter(isSpecial)
    const known = byShape.get(shape)
    const names = known?.names ?? special.map(() => new Set<string>())
    for (const [index, name] of special.entries()) names[index]?.add(name)
    const routeKeys = known?.route.keys ?? new Map<string, string>()
    const canonical = canonicalKey(key, syntax)
    if (!routeKeys.has(canonical)) routeKeys.set(canonical, key)
    let position = 0
    const url = segments
      .map((name) => (isSpecial(name) ? parameterOf(names[position] ?? [], position++) : name))
      .join('/')
    byShape.set(shape, { names, route: { url, keys: routeKeys } })
  }
  return [...byShape.values()].map(({ route }) => route)
}

/** A percent sign in a route matches `%25`, but find-my-way has no form for `%2B` beside a plus. */
const RESERVED = /[#$%&*+,:;=?@]/

/** Whether a key has a name that is a parameter, and longer than those that the router matches. */
export function isTooLong(key: string, { maxParamLength }: RouterSyntax): boolean {
  return key.split('/').some((name) => RESERVED.test(name) && name.length > maxParamLength)
}

/** A parameter that matches exactly these names, after find-my-way has decoded it. */
function parameterOf(names: Iterable<string>, position: number): string {
  return `:name${position}(^(?:${[...names].map(patternOf).join('|')})$)`
}

/** A regular expression for a text, without characters that have a meaning in routes. */
function patternOf(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
