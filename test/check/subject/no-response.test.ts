import { expect, it } from 'vitest'
import { noResponse, stalledResponse } from '../../../src/check/subject/no-response.js'
import { LastbyteError } from '../../../src/errors.js'

const URL_OF = new URL('https://host:444/f')
const SSL = (reason: string) =>
  `00:error:0A00:SSL routines:ssl3_get_record:${reason}:../ssl.c:350:\n`

const failing = (code: string, message: string, cause?: Error) =>
  Object.assign(new Error(message, { cause }), { code })

it.each<[Error, string, RegExp]>([
  [failing('HPE_INVALID_CONSTANT', 'Parse Error'), 'ANSWER_BROKEN', /^host:444 sent no HTTP resp/],
  [failing('HPE_HEADER_OVERFLOW', 'x'), 'ANSWER_BROKEN', /a header section that is too large$/],
  [failing('ERR_INVALID_CHAR', 'x'), 'ANSWER_BROKEN', /a field that no request can have: x$/],
  [failing('ERR_HTTP2_ERROR', 'Protocol error'), 'ANSWER_BROKEN', /sent no HTTP\/2 response/],
  [failing('ECONNRESET', 'socket hang up'), 'UNREACHABLE', /closed the connection without a resp/],
  [failing('ECONNREFUSED', 'x'), 'UNREACHABLE', /^Cannot reach host:444: it refuses connections/],
  [failing('EPROTO', SSL('wrong version number')), 'UNREACHABLE', /it speaks no TLS at this port$/],
  [failing('EPROTO', SSL('tlsv1 alert no application protocol')), 'UNREACHABLE', /offer HTTP\/2$/],
  [failing('CERT_HAS_EXPIRED', 'expired'), 'UNREACHABLE', /TLS failed: expired \(--insecure /],
  [
    failing('ERR_HTTP2_STREAM_CANCEL', 'x', failing('ENOTFOUND', 'y')),
    'UNREACHABLE',
    /unknown: y$/,
  ],
])('%s is %s, in words', (error, code, message) => {
  expect(noResponse(URL_OF, error)).toMatchObject({ code, message: expect.stringMatching(message) })
})

it('an error of ours stays as it is, and a stall has its time', () => {
  const ours = new LastbyteError('CANCELLED', 'x')
  expect(noResponse(URL_OF, ours)).toBe(ours)
  expect(stalledResponse(URL_OF, 50)).toMatchObject({
    code: 'SERVER_STALLED',
    message: 'host:444 sent no response within 50 ms',
  })
})
