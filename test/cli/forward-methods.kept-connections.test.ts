import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { pattern } from '../fixture/files.js'
import { FRONTS } from '../fixture/forwarding-front.js'
import { RawClient } from '../fixture/raw-http.js'
import { type Script, ScriptedServer, serve } from '../fixture/scripted-server.js'

const CONTENT = pattern(1_000)
const whole = serve(CONTENT, { etag: 'W/"v1"' })

/** Responds by a script to the first request of each connection, and closes it at the second. */
function closingAtSecond(script: Script): Script {
  const used = new WeakSet<Socket>()
  return (request, response) => {
    if (used.has(request.socket)) return void request.socket.destroy()
    used.add(request.socket)
    script(request, response)
  }
}

/** Closes the connection after each response, without a word of it in the response. */
const closingAfter =
  (script: Script): Script =>
  (request, response) => {
    response.once('finish', () => response.socket?.end())
    script(request, response)
  }

async function request(port: number, method: string, fields: Record<string, string> = {}) {
  using client = new RawClient(port)
  client.request('/f', { Connection: 'close', ...fields }, method)
  return await client.closed()
}

it.each(
  FRONTS.flatMap(([name, start]) =>
    [
      ['GET', {}],
      ['HEAD', {}],
      ['PROPFIND', {}],
      ['DELETE', { 'Content-Length': '0' }],
      ['PUT', { 'Content-Length': '0' }],
    ].map(([method, fields]) => ({ name, start, method: String(method), fields: Object(fields) })),
  ),
)(
  '$method by $name succeeds where the origin closes the kept connection at that moment',
  async ({ start, method, fields }) => {
    await using origin = await ScriptedServer.start(closingAtSecond(whole))
    await using front = await start(origin.url)
    expect((await request(front.port, method, fields)).status).toBe(200)
    expect((await request(front.port, method, fields)).status).toBe(200)
    expect(origin.requests.map(({ method }) => method)).toEqual([method, method, method])
  },
)

it('several ranges are sent where the origin closes after each response, behind a weak tag', async () => {
  await using origin = await ScriptedServer.start(closingAfter(whole))
  const [, start] = FRONTS[1] ?? []
  await using front = await (start ?? expect.fail())(origin.url)
  const { status, body } = await request(front.port, 'GET', { Range: 'bytes=0-9,20-29' })
  expect([status, body.equals(CONTENT)]).toEqual([200, true])
})
