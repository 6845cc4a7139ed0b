import { describe, expect, it } from 'vitest'
import type { ClientRequest } from '../../src/client/platform/transport.js'
import { type RenewUrl, renewingTransport } from '../../src/client/renewing-transport.js'
import { LastbyteError } from '../../src/errors.js'
import { respond } from '../fixture/fake-server.js'

const URL_OF_CALL = 'https://a.test/f'
const FIELDS = { range: 'bytes=5-', authorization: 'Bearer secret' }
const { signal } = new AbortController()

/** A transport that responds with these statuses in turn, and the requests that it has received. */
function scripted(statuses: readonly number[], isRedirected = false) {
  const requests: ClientRequest[] = []
  const send = async (request: ClientRequest) => {
    const status = statuses[requests.length] ?? 500
    requests.push(request)
    return { ...respond(status), isRedirected }
  }
  return { requests, send }
}

async function statusWith(
  script: ReturnType<typeof scripted>,
  renewUrl: RenewUrl | undefined,
  fields: Record<string, string> = FIELDS,
) {
  const transport = renewingTransport(script.send, URL_OF_CALL, { renewUrl, insecure: 'refused' })
  return (await transport({ url: URL_OF_CALL, fields, signal })).status
}

describe('renewingTransport', () => {
  it.each([401, 403, 404, 410])('follows the redirects once more after a %i', async (status) => {
    const once = scripted([status, 206], true)
    expect(await statusWith(once, undefined)).toBe(206)
    expect(once.requests.map(({ url }) => url)).toEqual([URL_OF_CALL, URL_OF_CALL])
    const twice = scripted([status, status, 206], true)
    expect(await statusWith(twice, undefined)).toBe(status)
    expect(twice.requests).toHaveLength(2)
  })

  it.each([
    ['without redirects', scripted([403, 206]), FIELDS, 403],
    ['of the first request', scripted([403, 200], true), {}, 403],
    ['of another status', scripted([500, 206], true), FIELDS, 500],
  ])('passes a refusal on %s', async (_what, script, fields, status) => {
    expect(await statusWith(script, undefined, fields)).toBe(status)
    expect(script.requests).toHaveLength(1)
  })

  it('asks for a new URL, and sends credentials to the same origin alone', async () => {
    for (const [renewed, fields] of [
      ['https://a.test/g?s=1', FIELDS],
      ['https://b.test/g', { range: FIELDS.range }],
      ['https://u:p@b.test/g', { range: FIELDS.range, authorization: 'Basic dTpw' }],
    ] as const) {
      const script = scripted([403, 206])
      expect(await statusWith(script, async () => new URL(renewed))).toBe(206)
      expect(script.requests[1]?.url).toBe(renewed.replace('u:p@', ''))
      expect(script.requests[1]?.fields).toEqual(fields)
    }
  })

  it('keeps the new URL, and passes it to the next renewal', async () => {
    const script = scripted([403, 206, 206, 403, 206])
    const asked: string[] = []
    const renewUrl: RenewUrl = async ({ url }) => {
      asked.push(url)
      return `https://a.test/${asked.length}`
    }
    const transport = renewingTransport(script.send, URL_OF_CALL, { renewUrl, insecure: 'refused' })
    for (let n = 0; n < 3; n += 1) await transport({ url: URL_OF_CALL, fields: FIELDS, signal })
    expect(asked).toEqual([URL_OF_CALL, 'https://a.test/1'])
    expect(script.requests.at(-1)?.url).toBe('https://a.test/2')
  })

  it('asks once for several connections', async () => {
    const script = scripted([403, 403, 206, 206])
    let asked = 0
    const renewUrl = async () => {
      asked += 1
      return 'https://a.test/new'
    }
    const transport = renewingTransport(script.send, URL_OF_CALL, { renewUrl, insecure: 'refused' })
    const request = { url: URL_OF_CALL, fields: FIELDS, signal }
    const answers = await Promise.all([transport(request), transport(request)])
    expect(answers.map(({ status }) => status)).toEqual([206, 206])
    expect(asked).toBe(1)
  })

  it('ends a renewal that never settles with the request, and asks again for the next', async () => {
    const script = scripted([403, 403, 206])
    const given: AbortSignal[] = []
    const renewUrl: RenewUrl = ({ signal }) => {
      given.push(signal)
      return given.length === 1 ? new Promise(() => {}) : Promise.resolve('https://a.test/new')
    }
    const transport = renewingTransport(script.send, URL_OF_CALL, { renewUrl, insecure: 'refused' })
    const stop = new AbortController()
    const hanging = transport({ url: URL_OF_CALL, fields: FIELDS, signal: stop.signal })
    while (given.length === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort(new Error('over'))
    await expect(hanging).rejects.toThrow('over')
    expect(given[0]?.aborted).toBe(true)
    expect((await transport({ url: URL_OF_CALL, fields: FIELDS, signal })).status).toBe(206)
  })

  it.each([
    ['that fails', async () => Promise.reject(new Error('no')), 'ANSWER_BROKEN', /no/],
    [
      'that refuses',
      async () => Promise.reject(new LastbyteError('REFUSED', 'gone')),
      'REFUSED',
      /gone/,
    ],
    ['to http:', async () => 'http://a.test/f?s=secret', 'REFUSED', /expected an https: URL/],
    ['to no URL', async () => 'film.mp4', 'BAD_SETTING', /^renewUrl/],
  ])('ends with the error of a renewal %s', async (_what, renewUrl, code, message) => {
    const outcome = statusWith(scripted([403]), renewUrl)
    await expect(outcome).rejects.toMatchObject({ code })
    await expect(outcome).rejects.toThrow(message)
    await expect(outcome).rejects.not.toThrow(/secret/)
  })
})
