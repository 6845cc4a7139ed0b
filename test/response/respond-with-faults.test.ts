import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FaultServer } from '../fixture/fault-server.js'

let faulty: FaultServer

beforeAll(async () => {
  faulty = await FaultServer.start()
})
afterAll(async () => {
  await faulty[Symbol.asyncDispose]()
})

const close = { connection: 'close' }

describe('A fault for a request with another method than GET and HEAD', () => {
  it('replaces its response', async () => {
    const fields = { 'content-range': 'bytes 0-0/12' }
    const fault = { kind: 'status', status: 206, fields, body: 'a' } as const
    const rule = faulty.faults.arm({ match: { method: 'POST' }, fault })
    const request = { ...close, range: 'bytes=0-0' }
    const response = await faulty.request(request, { method: 'POST', path: '/g' })
    expect([response.status, response.body.toString()]).toEqual([206, 'a'])
    expect(response.fields).toMatchObject(fields)
    const put = await faulty.request(close, { method: 'PUT', path: '/g' })
    expect(put.status).toBe(405)
    await faulty.faults.settled()
    expect(rule.journal()).toMatchObject([
      { method: 'POST', status: 206, outcome: 'injected', ended: 'complete' },
    ])
    rule.disarm()
  })

  it('replaces the response to a request with a body, which the client has received', async () => {
    const rule = faulty.faults.arm({ fault: { kind: 'status', status: 507 } })
    using client = faulty.client()
    client.socket.write(
      `POST /g HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello`,
    )
    expect(await client.closed()).toMatchObject({ status: 507, ended: 'fin' })
    rule.disarm()
  })

  it('edits the header section of its error status', async () => {
    const fault = 'response-fields;remove=allow'
    const { status, fields } = await faulty.requestWithFault(fault, {}, { method: 'POST' })
    expect([status, fields.allow]).toEqual([405, undefined])
  })

  it('that has no effect on it leaves the response as it is', async () => {
    const { status, fields } = await faulty.requestWithFault(
      'truncate;at=1',
      {},
      { method: 'POST' },
    )
    expect([status, fields.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
    await faulty.faults.settled()
    expect(faulty.faults.journal().at(-1)).toMatchObject({ outcome: 'not reached', status: 405 })
  })

  it('that is malformed is a 400 that names the member', async () => {
    const { status, body } = await faulty.requestWithFault('status', {}, { method: 'POST' })
    expect(status).toBe(400)
    expect(body.toString()).toContain('fault[0].status')
  })

  it('may send nothing at all', async () => {
    const { status, ended } = await faulty.requestWithFault('empty-response', {}, { method: 'PUT' })
    expect([status, ended]).toEqual([0, 'fin'])
  })

  it('does not act on OPTIONS, which browsers send on their own', async () => {
    const { status } = await faulty.requestWithFault('status;status=503', {}, { method: 'OPTIONS' })
    expect(status).toBe(204)
  })
})
