/** Where a page keeps its token: the parts of a browser's window that are used. */
export interface TokenPlace {
  readonly location: Pick<Location, 'href'>
  readonly history: Pick<History, 'replaceState'>
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
}

/**
 * The token of a page: that of the fragment of its URL (`#token=…`), or the one that this tab had before. The fragment
 * is removed, so that the token is in no bookmark and on no screen.
 */
export function takeToken(place: TokenPlace): string | undefined {
  const url = new URL(place.location.href)
  const token = new URLSearchParams(url.hash.slice(1)).get('token')
  if (token === null || token === '') return storedToken(place)
  url.hash = ''
  place.history.replaceState(null, '', url.href)
  keepToken(place, token)
  return token
}

/** Keeps a token for this tab. A browser may refuse to store anything. */
export function keepToken(place: TokenPlace, token: string): void {
  try {
    place.sessionStorage.setItem(keyOf(place), token)
  } catch {
    // The page has it until it is reloaded.
  }
}

/** Forgets a token that the server has refused. */
export function forgetToken(place: TokenPlace): void {
  try {
    place.sessionStorage.removeItem(keyOf(place))
  } catch {
    // None was stored then.
  }
}

/** The Authorization field of a request with the token; no field without one. */
export function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function storedToken(place: TokenPlace): string | undefined {
  try {
    return place.sessionStorage.getItem(keyOf(place)) ?? undefined
  } catch {
    return undefined
  }
}

/** Pages of one registration share a token; another one on the same origin has its own. */
function keyOf({ location }: TokenPlace): string {
  return `lastbyte token ${new URL('.', location.href).pathname}`
}
