import { encodeKey } from '../http/request-target.js'

/** Where a directory is, relative to the URL of its listing. */
export interface ListingPlace {
  /** Precedes the names; empty where the URL has a slash at its end. */
  readonly base: string
  readonly parent: string
  /** The reference to the folder of all files, such as `../../`; empty for the listing of that folder itself. */
  readonly up: string
}

/** A folder above a listed one. */
export interface Ancestor {
  /** Unescaped; empty for the folder of all files. */
  readonly name: string
  readonly href: string
}

/**
 * The folders above a listed one, the folder of all files first.
 *
 * @param path the decoded path of the listed directory, with a slash at both ends
 */
export function ancestorsOf(path: string, { up }: Pick<ListingPlace, 'up'>): Ancestor[] {
  const names = path.split('/').slice(1, -2)
  if (path === '/') return []
  const root = { name: '', href: up || './' }
  const below = names.map((name, index) => {
    const key = names.slice(0, index + 1).map(linkedName)
    return { name, href: `${up}${key.join('/')}/` }
  })
  return [root, ...below]
}

/**
 * A name as a segment of a URL. A lone surrogate, which a store may have in a name, has no URL: the link leads nowhere
 * then, and the other names of the folder are still listed.
 */
export function linkedName(name: string): string {
  return encodeKey(name.replace(/\p{Cs}/gu, '\ufffd'))
}
