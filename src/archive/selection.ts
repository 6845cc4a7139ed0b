import { LastbyteError } from '../errors.js'

/** A file or folder of the source, and its path in the archive. */
export interface Selection {
  /** The key; of a folder with a slash at its end, and empty for the root. */
  readonly key: string
  /** The path in the archive, with a slash at its end for a folder; empty for one whose members lie at the top. */
  readonly name: string
}

/** With a slash at its end, unless it is the root. */
export function asFolder(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`
}

/** Leaves out what is also in a selected folder before it. @throws LastbyteError BAD_SETTING */
export function withoutNested<T extends Selection>(sorted: readonly T[]): T[] {
  const kept: T[] = []
  for (const one of sorted) {
    const last = kept.at(-1)
    if (last === undefined || !isWithin(one, last)) kept.push(one)
    else if (one.key !== last.key + one.name.slice(last.name.length)) {
      const message = `entries: expected one entry for each name in the archive; received two for ${JSON.stringify(one.name)}`
      throw new LastbyteError('BAD_SETTING', message, { setting: 'entries' })
    }
  }
  return kept
}

function isWithin({ name }: Selection, other: Selection): boolean {
  const isFolder = other.name === asFolder(other.name)
  return isFolder ? name.startsWith(other.name) : name === other.name
}
