import { once } from 'node:events'
import { get } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { cpuMs } from '../fixture/cpu-time.js'
import { FaultServer } from '../fixture/fault-server.js'

const json = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const TRUNCATE = { fault: { kind: 'truncate', at: 5 } } as const
const truncate = { fault: { kind: 'truncate', at: 5 } }

const ROUTES = [
  ['POST', ''],
  ['GET', ''],
  ['DELETE', ''],
  ['GET', '/cut'],
  ['HEAD', '/cut'],
  ['DELETE', '/cut'],
  ['GET', '/journal'],
  ['HEAD', '/journal'],
  ['DELETE', '/journal'],
]

describe('/-/faults', () => {
  it('arms, shows and disarms rules', async () => {
    await using faulty = await FaultServer.start({ seed: 9 })
    const url = `${faulty.server.url}/-/faults`
    const rule = { ...truncate, id: 'cut', match: { path: '/f' }, times: 2 }
    const armed = await fetch(url, json(rule))
    expect(armed.status).toBe(201)
    expect(armed.headers.get('location')).toBe('/-/faults/cut')
    const shown = { ...rule, probability: 1, left: 2 }
    expect(await armed.json()).toEqual(shown)
    expect((await faulty.request({ connection: 'close' })).body).toHaveLength(5)
    expect(await (await fetch(url)).json()).toEqual({ seed: 9, rules: [{ ...shown, left: 1 }] })
    expect(await (await fetch(`${url}/cut`)).json()).toEqual({ ...shown, left: 1 })

    const many = await fetch(url, json([truncate, truncate]))
    expect(((await many.json()) as { id: string }[]).map(({ id }) => id)).toEqual([
      'rule-1',
      'rule-2',
    ])
    expect((await fetch(`${url}/rule-1`, { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(`${url}/rule-1`, { method: 'DELETE' })).status).toBe(404)
    expect((await fetch(`${url}/rule-1`)).status).toBe(404)
    expect(faulty.faults.rules().map(({ id }) => id)).toEqual(['cut', 'rule-2'])
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204)
    expect(faulty.faults.rules()).toEqual([])
  })

  it.each(['application/json', 'text/event-stream'])(
    'shows no character in the journal as %s on which a terminal acts',
    async (accept) => {
      await using faulty = await FaultServer.start()
      const { url } = faulty.server
      faulty.faults.arm({ ...TRUNCATE, match: { path: '/f' } })
      const headers = { range: 'bytes=\x9b2J' }
      await expect(fetch(`${url}/f?x`, { headers }).then((cut) => cut.text())).rejects.toThrow()
      await faulty.faults.settled()
      const stop = new AbortController()
      const response = await fetch(`${url}/-/faults/journal`, {
        headers: { accept },
        signal: stop.signal,
      })
      let text = ''
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += Buffer.from(chunk).toString()
        if (text.includes('"range"')) break
      }
      stop.abort()
      expect(text).toContain('bytes=\\u009b2J')
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    },
  )

  it.each([
    [{ fault: { kind: 'truncate', at: -1 } }, 'fault.at'],
    [[truncate, { fault: { kind: 'no' } }], '[1].fault.kind'],
    [{}, 'fault'],
    [{ match: { path: '/*'.repeat(300) }, ...truncate }, 'match.path'],
    [{ match: { path: '/!(a)' }, ...truncate }, 'match.path'],
    [{ match: { attempt: Array(101).fill(1) }, ...truncate }, 'match.attempt'],
    [{ match: { method: Array(101).fill('GET') }, ...truncate }, 'match.method'],
    [{ fault: Array(101).fill(truncate.fault) }, 'fault'],
    [Array(9000).fill(truncate), 'rules'],
  ])('refuses %j with problem details that name the member', async (rule, member) => {
    await using faulty = await FaultServer.start()
    const response = await fetch(`${faulty.server.url}/-/faults`, json(rule))
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await response.json()) as { detail: string }
    expect(problem).toMatchObject({ status: 400, member })
    expect(problem.detail).toContain(member)
    expect(faulty.faults.rules()).toEqual([])
  })

  it.each([
    ['arrays', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['a member', `{"fault":{"kind":${'['.repeat(2000)}${']'.repeat(2000)}}}`],
  ])('refuses JSON with a large number of %s in each other, and says so', async (_what, body) => {
    await using faulty = await FaultServer.start()
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${faulty.server.url}/-/faults`, { method: 'POST', headers, body })
    expect(response.status).toBe(400)
    const { detail } = (await response.json()) as { detail: string }
    expect(detail).toBe(
      'rule: expected JSON of at most 500 levels of arrays and objects; received more',
    )
  })

  it('decides within linear time whether a path matches a glob', async () => {
    await using faulty = await FaultServer.start()
    faulty.faults.arm({ match: { path: '/*a*a*a*a*b' }, ...TRUNCATE })
    const ms = await cpuMs(async () => {
      const response = await fetch(`${faulty.server.url}/${'a'.repeat(4000)}`)
      expect(response.status).toBe(404)
    })
    expect(ms).toBeLessThan(2000)
  })

  it('refuses a request with 5000 faults of its own', async () => {
    await using faulty = await FaultServer.start()
    const field = Array(5000).fill('no').join()
    const headers = { 'lastbyte-fault': field }
    const response = await fetch(`${faulty.server.url}/f`, { headers })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('expected at most 100 faults; received 5000')
  })

  it('arms a fault alone for all requests', async () => {
    await using faulty = await FaultServer.start()
    const url = `${faulty.server.url}/-/faults`
    const armed = await fetch(url, json(TRUNCATE.fault))
    expect(armed.status).toBe(201)
    expect(await armed.json()).toMatchObject({ ...truncate, match: {} })
    const many = await fetch(url, json([TRUNCATE.fault, truncate]))
    expect(many.status).toBe(201)
    expect(faulty.faults.rules()).toHaveLength(3)
  })

  it('returns the journal, of all rules or of one, and clears it', async () => {
    await using faulty = await FaultServer.start({ seed: 3 })
    faulty.faults.arm({ id: 'a', fault: { kind: 'truncate', at: 5 } })
    faulty.faults.arm({ id: 'b', fault: { kind: 'chunked' } })
    await faulty.request({ connection: 'close' })
    await faulty.faults.settled()
    const url = `${faulty.server.url}/-/faults/journal`
    expect(await (await fetch(url)).json()).toEqual({ seed: 3, entries: faulty.faults.journal() })
    const { entries } = (await (await fetch(`${url}?rule=b`)).json()) as {
      entries: { rule: string }[]
    }
    expect(entries.map(({ rule }) => rule)).toEqual(['b'])
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204)
    expect(faulty.faults.journal()).toEqual([])
  })

  it('streams the journal: the entries so far and then each new one, until the server closes', async () => {
    const faulty = await FaultServer.start()
    faulty.faults.arm({ fault: { kind: 'truncate', at: 5 } })
    await faulty.request({ connection: 'close' })
    await faulty.faults.settled()
    const request = get(`${faulty.server.url}/-/faults/journal`, {
      headers: { accept: 'text/event-stream' },
    })
    const [response] = await once(request, 'response')
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    const events = () =>
      [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, data]) => JSON.parse(data ?? ''))
    await expect.poll(() => events().length).toBe(1)
    await faulty.request({ connection: 'close', range: 'bytes=1-' })
    await expect.poll(() => events().length).toBe(2)
    expect(events()).toEqual(faulty.faults.journal())
    const ended = once(response, 'end')
    await faulty[Symbol.asyncDispose]()
    await ended
  })

  it('refuses a request whose Host is not a local name with problem details', async () => {
    await using faulty = await FaultServer.start()
    const refused = await faulty.request({ Host: 'evil.example' }, { path: '/-/faults' })
    expect(refused).toMatchObject({ status: 403 })
    expect(refused.fields['content-type']).toBe('application/problem+json')
    expect((await faulty.request({}, { path: '/-/faults' })).status).toBe(200)
  })

  it.each(ROUTES)(
    'refuses %s %s without a token by default, although a proxy on this machine sends no field',
    async (method, path) => {
      await using faulty = await FaultServer.start({ access: 'token' })
      const { port, token } = faulty.server
      using proxy = await bytesProxy(port)
      const send = (fields: Record<string, string>) =>
        fetch(`http://127.0.0.1:${proxy.port}/-/faults${path}`, {
          method,
          headers: { ...fields, ...(method === 'POST' && { 'content-type': 'application/json' }) },
          ...(method === 'POST' && { body: JSON.stringify(TRUNCATE) }),
        })
      const refused = await send({})
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toBe('Bearer')
      expect(faulty.faults.rules()).toEqual([])
      expect((await send({ authorization: `Bearer ${token}` })).status).not.toBe(401)
    },
  )
})

/** A proxy of connections, which adds nothing to a request. */
async function bytesProxy(target: number) {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const origin = connect(target, '127.0.0.1')
    for (const socket of [client, origin]) sockets.add(socket.on('error', () => socket.destroy()))
    client.pipe(origin).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const dispose = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { port, [Symbol.dispose]: dispose }
}
