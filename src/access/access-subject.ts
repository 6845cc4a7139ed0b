/**
 * What a request is for. `file`: a path that a signature may permit, also of a page that shows it; `open`: what nobody
 * needs permission for, such as styles of error pages; `server`: what tells of the server, for users and tokens alone;
 * `watcher`: the same, with a token of its own; `unnamed`: a target without an unambiguous path.
 */
export type AccessSubject =
  | {
      readonly kind: 'file'
      /** Canonical. */
      readonly path: string
      /** The part of it below the prefix. */
      readonly key: string
      readonly shownBy: 'itself' | 'page' | 'part'
    }
  | { readonly kind: 'open' }
  | { readonly kind: 'server' }
  | { readonly kind: 'watcher' }
  | { readonly kind: 'unnamed' }

/** The URLs of a registration. */
export interface AccessSpace {
  /** The number of segments of its prefix. */
  readonly depth: number
  /** Whether URLs below `-/` of the prefix are those of pages and of the server. */
  readonly hasOwn: boolean
}

/** Probes of health send no credentials. */
const OPEN = new Set(['healthz', 'readyz', 'assets', 'worker.js'])
const WATCHER = new Set(['transfers', 'faults'])
/** Pages and what they load, each with the path of a file behind it. */
const OF_FILES: Readonly<Record<string, 'page' | 'part'>> = {
  watch: 'page',
  subtitles: 'part',
  posters: 'part',
}

/** @param path canonical; undefined for a target that names no file */
export function subjectOf(path: string | undefined, { depth, hasOwn }: AccessSpace): AccessSubject {
  if (path === undefined) return { kind: 'unnamed' }
  const segments = path.slice(1).split('/')
  const [own, name = '', ...key] = segments.slice(depth)
  if (!hasOwn || own !== '-') {
    return { kind: 'file', path, key: segments.slice(depth).join('/'), shownBy: 'itself' }
  }
  const shownBy = Object.hasOwn(OF_FILES, name) ? OF_FILES[name] : undefined
  if (shownBy !== undefined && key.length > 0) {
    const file = `/${[...segments.slice(0, depth), ...key].join('/')}`
    return { kind: 'file', path: file, key: key.join('/'), shownBy }
  }
  if (OPEN.has(name)) return { kind: 'open' }
  return { kind: WATCHER.has(name) ? 'watcher' : 'server' }
}
