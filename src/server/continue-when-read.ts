import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { forEveryServer } from '../connection/every-server.js'

/**
 * Sends 100 (Continue) when the body of a request that expects it is read, and not as soon as it arrives: a response
 * that needs no body is sent without (RFC 9110 §10.1.1).
 */
export function continueWhenRead(app: FastifyInstance): void {
  forEveryServer(app, (server) => {
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      const { _read: read } = request
      request._read = function (size) {
        request._read = read
        if (!response.headersSent) response.writeContinue()
        read.call(this, size)
      }
      server.emit('request', request, response)
    })
  })
}
