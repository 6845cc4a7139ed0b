import type { FastifyReply, FastifyRequest } from 'fastify'

/** What a request may open, of the registration that has judged it. */
export interface RequestGrant {
  /** Whether a request for the file or folder with this key would be permitted, too. */
  readonly permits: (key: string) => boolean
}

const GRANT = Symbol('lastbyte.grant')

type WithGrant = Partial<Record<typeof GRANT, RequestGrant>>

export function setGrant(request: FastifyRequest, grant: RequestGrant): void {
  ;(request as WithGrant)[GRANT] = grant
}

/** Whether the client of a request may open the file or folder with this key: where nothing is limited, it may. */
export function mayOpen({ request }: FastifyReply, key: string): boolean {
  return (request as WithGrant)[GRANT]?.permits(key) ?? true
}
