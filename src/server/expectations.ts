import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { forEveryServer } from '../connection/every-server.js'
import { PROBLEM_TYPE, problem } from '../http/problem.js'

/** Responds 417 with problem details to an Expect besides `100-continue` (RFC 9110 §10.1.1). */
export function refuseExpectations(app: FastifyInstance): void {
  forEveryServer(app, (server) => {
    if (server.listenerCount('checkExpectation') === 0) server.on('checkExpectation', refuse)
  })
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  const body = JSON.stringify(problem(417, 'Expect: only 100-continue is supported.'))
  const fields = {
    'Content-Type': PROBLEM_TYPE,
    'Cache-Control': 'no-store',
    'Content-Length': String(body.length),
  }
  response.writeHead(417, fields).end(body)
}
