import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { faultServer } from '../../../src/testing/index.js'
import { RawClient } from '../../fixture/raw-http.js'

const BODY = 'x'.repeat(200_000)

describe('A stub for a method with a request body', () => {
  it.each([
    ['upload-status;after=65536;status=413', 413, 'injected'],
    ['upload-status;after=200000;status=413', 201, 'not reached'],
    ['upload-stall;after=1000;ms=1', 201, 'injected'],
    ['upload-throttle;rate=100000000', 201, 'injected'],
  ])('has %s: status %i, %s', async (fault, status, outcome) => {
    await using server = await faultServer({ seed: 1 })
    const stub = server.stub('PUT /film', { status: 201 })
    const headers = { 'lastbyte-fault': fault }
    const response = await fetch(`${server.url}/film`, { method: 'PUT', body: BODY, headers })
    expect(response.status).toBe(status)
    await server.faults.settled()
    const [entry] = server.faults.journal()
    expect(entry).toMatchObject({ outcome, status })
    expect(entry?.received).toBeGreaterThanOrEqual(status === 201 ? BODY.length : 65_536)
    expect(stub.requests).toBe(status === 201 ? 1 : 0)
  })

  it('reads the body before it responds, and keeps the connection', async () => {
    await using server = await faultServer({ seed: 1 })
    server.stub('POST /film', { status: 204 })
    using client = new RawClient(server.port)
    client.socket.write(`POST /film HTTP/1.1\r\nHost: a\r\nContent-Length: ${BODY.length}\r\n\r\n`)
    await server.journal.waitFor({ method: 'POST' }, { until: 'arrived' })
    expect(String(client.received)).toBe('')
    client.socket.write(BODY)
    await expect.poll(() => String(client.received)).toMatch(/^HTTP\/1\.1 204 /)
    expect(String(client.received)).not.toMatch(
      /content-length|content-type|etag|connection: close/i,
    )
    client.request('/bytes/1')
    await expect.poll(() => String(client.received)).toMatch(/HTTP\/1\.1 200 /)
  })

  it('sends each chunk as it comes, to which faults of events and bytes apply', async () => {
    await using server = await faultServer({ seed: 1 })
    let next = () => {}
    const body = async function* () {
      yield 'id: 1\ndata: a\n\n'
      await new Promise<void>((resolve) => {
        next = resolve
      })
      yield 'id: 2\ndata: b\n\n'
    }
    server.stub('POST /chat', { body, type: 'text/event-stream' })
    server.faults.arm({ fault: { kind: 'event-cut', event: 2, where: 'before' } })
    const response = await fetch(`${server.url}/chat`, { method: 'POST', body: '{}' })
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    expect(Buffer.from(value ?? []).toString()).toBe('id: 1\ndata: a\n\n')
    next()
    await expect(reader?.read()).rejects.toThrow()
    await server.faults.settled()
    expect(server.faults.journal()).toMatchObject([{ outcome: 'injected', ended: 'fin' }])
  })

  it('ends with its client, also while the body arrives', async () => {
    await using server = await faultServer({ seed: 1 })
    server.stub('POST /film', { status: 201 })
    using client = new RawClient(server.port)
    client.socket.write('POST /film HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome')
    await server.journal.waitFor({}, { until: 'arrived' })
    client.socket.resetAndDestroy()
    await once(client.socket, 'close')
    expect(await server.journal.waitFor({})).toMatchObject({ status: null, ended: 'left' })
  })
})
