/**
 * ms that a connection may rest, as Fastify has it: with the 5 s of a bare node:http server, idle
 * connections would be gone before they are counted.
 */
export const KEEP_ALIVE = 72_000
