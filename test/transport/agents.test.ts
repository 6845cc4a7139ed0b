import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type AgentRules, Agents } from '../../src/transport/agents.js'
import { sendNodeRequest } from '../../src/transport/node-request.js'
import { tls } from '../fixture/tls.js'

async function listening(server: Server, protocol: string) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(`${protocol}//localhost:${(server.address() as AddressInfo).port}/`)
  const close = async () => {
    server.closeAllConnections()
    server.close()
  }
  return { url, [Symbol.asyncDispose]: close }
}

/** The status of a GET by agents with these rules. */
async function get(url: URL, rules: AgentRules = {}): Promise<number> {
  const agents = new Agents(rules)
  try {
    const { signal } = new AbortController()
    const { status, body } = await sendNodeRequest({
      agent: agents.for(url),
      url,
      fields: {},
      signal,
    })
    while (!(await body.next()).done);
    return status
  } finally {
    agents.close()
  }
}

describe('Agents', () => {
  it('keep a connection for the next request', async () => {
    const sockets = new Set<unknown>()
    await using server = await listening(
      createServer((request, response) => {
        sockets.add(request.socket)
        response.end()
      }),
      'http:',
    )
    const agents = new Agents()
    const { signal } = new AbortController()
    for (let nth = 0; nth < 3; nth += 1) {
      const { url } = server
      const { body } = await sendNodeRequest({ agent: agents.for(url), url, fields: {}, signal })
      while (!(await body.next()).done);
      await new Promise(setImmediate)
    }
    agents.close()
    expect(sockets.size).toBe(1)
  })

  it('accept a certificate that can not be verified only if that is set', async () => {
    await using server = await listening(
      createSecureServer(tls, (_request, response) => void response.end()),
      'https:',
    )
    await expect(get(server.url)).rejects.toMatchObject({ code: expect.stringMatching(/CERT/) })
    expect(await get(server.url, { insecure: true })).toBe(200)
  })

  it.each(['http:', 'https:'])('resolve names by the passed lookup for %s', async (protocol) => {
    const names: string[] = []
    const lookup: AgentRules['lookup'] = (name, _options, callback) => {
      names.push(name)
      callback(new Error('no such name'), '')
    }
    await expect(get(new URL(`${protocol}//name.example/`), { lookup })).rejects.toThrow(
      'no such name',
    )
    expect(names).toEqual(['name.example'])
  })
})
