import type { WatchedElements } from './watched-page.js'

/** The element with an id that the server has rendered. */
export function byId<T extends Element = HTMLElement>(
  id: string,
  page: Pick<Document, 'getElementById'> = document,
): T {
  const found = page.getElementById(id)
  if (found === null) throw new Error(`expected an element with the id ${id}`)
  return found as unknown as T
}

/** The elements of every page that follows the server. */
export function watchedElements(
  page: Pick<Document, 'getElementById'> = document,
): WatchedElements {
  return {
    state: byId('state', page),
    live: byId('live', page),
    access: byId('access', page),
    accessError: byId('access-error', page),
    input: byId('token', page),
  }
}
