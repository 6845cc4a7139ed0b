import type { FastifyInstance, FastifyReply } from 'fastify'

/** The URLs of a registration that has error pages. */
export interface PageSpace {
  /** Whether the path of a request target is one of them. */
  readonly contains: (url: string) => boolean
  /** The number of segments of its prefix. */
  readonly depth: number
}

const SPACES = Symbol('lastbyte.pageSpaces')

type WithSpaces = Partial<Record<typeof SPACES, PageSpace[]>>

/** Gives browsers error pages for requests within these URLs, in this scope of the application and below. */
export function addPageSpace(fastify: FastifyInstance, space: PageSpace): void {
  const known = (fastify as WithSpaces)[SPACES]
  // Those of an outer scope apply here too, and those of this scope don't apply in it.
  if (known === undefined) fastify.decorate(SPACES, [space])
  else if (Object.hasOwn(fastify, SPACES)) known.push(space)
  else Object.defineProperty(fastify, SPACES, { value: [...known, space] })
}

/** The innermost of the URLs with error pages that a request is within; undefined for none. */
export function pageSpaceOf({ request, server }: Pick<FastifyReply, 'request' | 'server'>) {
  const spaces = (server as WithSpaces | undefined)?.[SPACES] ?? []
  const url = request.raw.url ?? ''
  const containing = spaces.filter((space) => space.contains(url))
  return containing.sort((a, b) => b.depth - a.depth)[0]
}
