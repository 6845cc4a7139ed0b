/**
 * The keep-alive timeout in ms, Fastify's default. With the 5 s of node:http, idle connections would be
 * closed before they are counted.
 */
export const KEEP_ALIVE = 72_000
