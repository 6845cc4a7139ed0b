import { describe, expect, it } from 'vitest'
import { decideBodyReading } from '../../src/admin/rule-body.js'
import { FaultServer } from '../fixture/fault-server.js'

const RULE = JSON.stringify({ fault: { kind: 'truncate', at: 5 } })
const FORM = 'application/x-www-form-urlencoded'
/** What browsers send with a request of a page, each on its own. */
const OF_A_PAGE = [
  { origin: 'http://localhost:3000' },
  { origin: 'null' },
  { referer: 'http://127.0.0.1:3000/' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-mode': 'no-cors' },
  { cookie: 'a=b' },
]

describe('the reading of the body of a rule', () => {
  it.each([
    ['application/json', 'json'],
    ['Application/JSON; charset=utf-8', 'json'],
    [undefined, 'json'],
    ['', 'json'],
    ['text/plain;charset=UTF-8', 'json'],
    [FORM, 'json'],
    ['multipart/form-data; boundary=x', 'refused'],
    ['application/xml', 'refused'],
    ['application/json-seq', 'refused'],
  ])('of the type %j from a command-line client is %s', (type, kind) => {
    expect(decideBodyReading(type, {}, false).kind).toBe(kind)
    expect(decideBodyReading(type, {}, true).kind).toBe(kind)
  })

  it.each(OF_A_PAGE)('of an undeclared type from a page with %j needs the token', (fields) => {
    for (const type of [undefined, 'text/plain', FORM]) {
      expect(decideBodyReading(type, fields, false)).toMatchObject({ kind: 'refused', status: 415 })
      expect(decideBodyReading(type, fields, true)).toEqual({ kind: 'json' })
    }
    expect(decideBodyReading('application/json', fields, false)).toEqual({ kind: 'json' })
  })
})

describe('POST /-/faults', () => {
  it.each([undefined, 'text/plain', FORM, 'application/json'])(
    'arms a rule in JSON of the type %s',
    async (type) => {
      await using faulty = await FaultServer.start()
      expect((await post(faulty, type, RULE)).status).toBe(201)
      expect(faulty.faults.rules()).toHaveLength(1)
    },
  )

  it.each(OF_A_PAGE)('refuses the form of a page with %j without the token', async (fields) => {
    await using faulty = await FaultServer.start()
    for (const type of ['text/plain', FORM, undefined]) {
      const refused = await post(faulty, type, RULE, fields)
      expect([403, 415]).toContain(refused.status)
      expect(refused.fields['content-type']).toBe('application/problem+json')
    }
    expect(faulty.faults.rules()).toEqual([])
    const authorization = `Bearer ${faulty.server.token}`
    expect((await post(faulty, FORM, RULE, { ...fields, authorization })).status).toBe(201)
  })

  it.each([
    [FORM, 'kind=truncate&at=5', 'received \\"kind=truncate&at=5\\"'],
    ['text/plain', 'x'.repeat(50), `received \\"${'x'.repeat(40)}\\"…`],
    [undefined, '"text"', 'expected JSON'],
    [FORM, '{"fault":', '(Unexpected end of JSON input)'],
    ['application/json', '{"a" 1}', 'in JSON at position 5'],
    ['application/json', '{"__proto__":{"fault":{"kind":"chunked"}}}', 'named __proto__'],
    [FORM, '{"kind":"chunked","times":2}', 'times: expected the fault beside it: { '],
    [FORM, '[{"kind":"chunked","match":{}}]', 'match: expected the fault beside it'],
  ])('responds 400 to the body of the type %s %j, and says why', async (type, body, detail) => {
    await using faulty = await FaultServer.start()
    const refused = await post(faulty, type, body)
    expect(refused.status).toBe(400)
    expect(refused.body.toString()).toContain(detail)
    expect(faulty.faults.rules()).toEqual([])
  })

  it('responds 415 to a type that is no text, and names the one that it expects', async () => {
    await using faulty = await FaultServer.start()
    const refused = await post(faulty, 'multipart/form-data; boundary=x', RULE)
    expect(refused.status).toBe(415)
    expect(refused.body.toString()).toContain('expected application/json; received')
  })
})

/** Sends a body by a plain socket: `fetch` adds a Content-Type. */
async function post(
  faulty: FaultServer,
  type: string | undefined,
  body: string,
  fields: Record<string, string> = {},
) {
  using client = faulty.client()
  client.request(
    '/-/faults',
    {
      ...fields,
      ...(type !== undefined && { 'content-type': type }),
      'content-length': String(Buffer.byteLength(body)),
    },
    'POST',
  )
  client.socket.write(body)
  return await client.response()
}
