import { connect } from 'node:net'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { responseMetrics } from '../../src/observe/response-metrics.js'
import { observeResponses } from '../../src/observe/response-observer.js'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'
import { tls } from '../fixture/tls.js'
import { until } from '../fixture/until.js'
import { samplesOf } from '../fixture/workers.js'

async function measured(folder: Folder, rest = {}) {
  const registry = new Registry()
  const server = await serverWith({ root: folder.path }, rest, (app) => {
    const limits = { refusedConnections: 3, refusedRequests: 4 }
    responseMetrics(registry, observeResponses(app), limits)
    app.post('/upload', async () => 'x')
    app.get('/status/:code', (request, reply) => {
      return reply.code(Number((request.params as { code: string }).code)).send('x')
    })
  })
  const sample = async (name: string) => samplesOf(await registry.metrics()).get(name)
  return { server, registry, sample, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('responseMetrics', () => {
  it('counts responses by code, method and route, and their durations', async () => {
    using folder = new Folder({ f: 'hello' })
    await using scene = await measured(folder)
    for (let n = 0; n < 3; n += 1) await (await fetch(`${scene.server.url}/f`)).text()
    await fetch(`${scene.server.url}/none`)
    const ok = 'lastbyte_responses_total{code="200",method="GET",route="file"}'
    await expect.poll(() => scene.sample(ok)).toBe(3)
    const missing = 'lastbyte_responses_total{code="404",method="GET",route="file"}'
    await expect.poll(() => scene.sample(missing)).toBe(1)
    for (const duration of ['count{route="file"}', 'bucket{le="5",route="file"}']) {
      await expect
        .poll(() => scene.sample(`lastbyte_response_duration_seconds_${duration}`))
        .toBe(4)
    }
  })

  it('counts refusals by reason, each from 0', async () => {
    using folder = new Folder({ f: 'hello' })
    await using scene = await measured(folder)
    for (const code of [401, 403, 413]) await fetch(`${scene.server.url}/status/${code}`)
    using client = new RawClient(scene.server.port)
    client.socket.write('hello\r\n\r\n')
    await client.closed()
    const reason = (name: string) => scene.sample(`lastbyte_refusals_total{reason="${name}"}`)
    await expect.poll(() => reason('access')).toBe(2)
    await expect.poll(() => reason('too_large')).toBe(1)
    await expect.poll(() => reason('malformed')).toBe(1)
    expect(await reason('http2_flood')).toBe(0)
    expect([await reason('connection_limit'), await reason('request_limit')]).toEqual([3, 4])
  })

  it('counts handshakes that fail, and those that take too long', async () => {
    using folder = new Folder({ f: 'hello' })
    await using scene = await measured(folder, { tls, limits: { handshakeTimeout: 200 } })
    const failing = connect(scene.server.port, '127.0.0.1').on('error', () => {})
    failing.write(Buffer.alloc(64, 0xff))
    const silent = connect(scene.server.port, '127.0.0.1').on('error', () => {})
    await Promise.all([failing, silent].map((socket) => until(() => socket.destroyed)))
    const reason = (name: string) => scene.sample(`lastbyte_refusals_total{reason="${name}"}`)
    await expect.poll(() => reason('handshake_failed')).toBe(1)
    await expect.poll(() => reason('handshake_timeout')).toBe(1)
  })

  it('counts a request body that is received too slowly', async () => {
    using folder = new Folder({ f: 'hello' })
    await using scene = await measured(folder, { limits: { requestTimeout: 100 } })
    using client = new RawClient(scene.server.port)
    client.socket.write(
      'POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nx',
    )
    await client.closed()
    const reason = () => scene.sample('lastbyte_refusals_total{reason="body_timeout"}')
    await expect.poll(reason).toBe(1)
  })

  it('has no more series than its labels have values, whatever clients send', async () => {
    using folder = new Folder({ f: 'hello' })
    await using scene = await measured(folder)
    for (let code = 200; code < 600; code += 7) await fetch(`${scene.server.url}/status/${code}`)
    for (const method of ['PURGE', 'MKCOL', 'LOCK']) {
      using client = new RawClient(scene.server.port)
      client.request(`/${method}`, { Connection: 'close' }, method)
      await client.closed()
    }
    await expect
      .poll(async () => [...samplesOf(await scene.registry.metrics()).keys()].join('\n'))
      .toMatch(/code="5xx".*method="other"/s)
    const text = await scene.registry.metrics()
    const codes = [...text.matchAll(/code="([^"]*)"/g)].map(([, code]) => code)
    for (const code of codes) expect(code).toMatch(/^(\d{3}|[2-5]xx)$/)
    expect(text).not.toMatch(/PURGE|MKCOL|LOCK/)
  })
})
