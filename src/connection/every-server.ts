import type { Server } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Calls `visit` with each server of an application: at once with its own, and as soon as it listens with those
 * that Fastify adds where `localhost` has several addresses.
 */
export function forEveryServer(app: FastifyInstance, visit: (server: Server) => void): void {
  visit(app.server)
  app.addHook('onListen', async () => {
    for (const server of addedServers(app)) visit(server)
  })
}

/** Fastify keeps them under a symbol of its own. */
function addedServers(app: FastifyInstance): readonly Server[] {
  let owner: object | null = app
  while (owner !== null) {
    const key = Object.getOwnPropertySymbols(owner).find(
      ({ description }) => description === 'fastify.serverBindings',
    )
    if (key !== undefined) return (owner as Record<symbol, readonly Server[]>)[key] ?? []
    owner = Object.getPrototypeOf(owner)
  }
  return []
}
