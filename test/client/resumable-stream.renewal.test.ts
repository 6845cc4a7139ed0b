import { describe, expect, it } from 'vitest'
import { resumableStream } from '../../src/client/index.js'
import { pattern } from '../fixture/files.js'
import { ScriptedServer, serve } from '../fixture/scripted-server.js'

const FILE = pattern(200_000)
const FIELDS = { etag: '"v1"' }

async function bodyOf(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.from(await new Response(body).arrayBuffer())
}

/** A store whose links are used up: each of them gets these statuses, and the file otherwise, cut at first. */
function storeWith(refused: ReadonlySet<string | undefined>, etags: Record<string, string> = {}) {
  let responses = 0
  return ScriptedServer.start((request, response) => {
    const link = /link=(\d+)/.exec(request.url ?? '')?.[1]
    if (refused.has(link)) {
      response.writeHead(403).end()
      return
    }
    responses += 1
    const cut = responses === 1 ? 50_000 : Number.POSITIVE_INFINITY
    serve(
      FILE,
      { ...FIELDS, ...(link && etags[link] && { etag: etags[link] }) },
      { cut },
    )(request, response)
  })
}

describe('A read whose URL expires', () => {
  it('follows the redirects of the first URL anew, and once more where they lead to an expired one', async () => {
    await using store = await storeWith(new Set(['2']))
    let links = 0
    await using front = await ScriptedServer.start((_request, response) => {
      links += 1
      response.writeHead(302, { location: `${store.url}/f?link=${links}` }).end()
    })
    const headers = { 'x-token': 'secret' }
    const { body } = await resumableStream(`${front.url}/f`, { headers })
    expect(await bodyOf(body)).toEqual(FILE)
    expect(store.requests.map(({ url }) => url)).toEqual(['/f?link=1', '/f?link=2', '/f?link=3'])
    expect(front.requests.every(({ headers }) => headers['x-token'] === 'secret')).toBe(true)
    expect(store.requests.some(({ headers }) => 'x-token' in headers)).toBe(false)
  })

  it('ends where the link after that is refused, too', async () => {
    await using store = await storeWith(new Set(['2', '3']))
    let links = 0
    await using front = await ScriptedServer.start((_request, response) => {
      links += 1
      response.writeHead(302, { location: `${store.url}/f?link=${links}` }).end()
    })
    const { body } = await resumableStream(`${front.url}/f`)
    await expect(bodyOf(body)).rejects.toMatchObject({ code: 'REFUSED', facts: { status: 403 } })
    expect(store.requests).toHaveLength(3)
  })

  it('goes on at a URL of renewUrl, with the same version alone', async () => {
    for (const [etags, code] of [
      [{}, undefined],
      [{ 2: '"v2"' }, 'REPRESENTATION_CHANGED'],
    ] as const) {
      const refused = new Set<string | undefined>()
      await using store = await storeWith(refused, etags)
      const renewUrl = async () => `${store.url}/f?link=2`
      const { body } = await resumableStream(`${store.url}/f?link=1`, { renewUrl })
      refused.add('1')
      const read = bodyOf(body)
      if (code === undefined) expect(await read).toEqual(FILE)
      else await expect(read).rejects.toMatchObject({ code })
    }
  })

  it('is bounded where renewUrl never settles', async () => {
    await using store = await storeWith(new Set(['1']))
    const options = { renewUrl: () => new Promise<string>(() => {}), stall: 50, retryFor: 200 }
    const reading = resumableStream(`${store.url}/f?link=1`, options)
    await expect(reading).rejects.toMatchObject({ code: 'GAVE_UP' })
  })
})
