import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import type { HttpVersion } from '../../../src/check/subject/exchange.js'
import { LastbyteError } from '../../../src/errors.js'
import { CheckSubject } from '../../fixture/check-subject.js'
import { freePort } from '../../fixture/free-port.js'
import { RawOrigin } from '../../fixture/raw-origin.js'
import { ScriptedServer } from '../../fixture/scripted-server.js'
import { tls } from '../../fixture/tls.js'

/** Errors as Node.js and OpenSSL raise them. */
describe('A request to', () => {
  async function messageOf(url: string, version: HttpVersion = '1.1') {
    using on = new CheckSubject(url, { version })
    const error: unknown = await on.subject.send().catch((each: unknown) => each)
    if (!(error instanceof LastbyteError)) throw new Error('There was a response.')
    return error.message.replace(new URL(url).host, 'HOST')
  }

  it.each(['1.1', '2'] as const)('a closed port fails over HTTP/%s', async (version) => {
    expect(await messageOf(`http://127.0.0.1:${await freePort()}/`, version)).toMatch(
      /^Cannot reach HOST: it refuses connections/,
    )
  })

  it.each(['1.1', '2'] as const)('a port without TLS fails over HTTP/%s', async (version) => {
    // It answers the ClientHello with a 400.
    await using origin = await ScriptedServer.start(() => {})
    expect(await messageOf(origin.url.replace('http:', 'https:'), version)).toBe(
      'Cannot reach HOST: TLS failed: it speaks no TLS at this port',
    )
  })

  it.each(['1.1', '2'] as const)(
    'a server with a certificate of its own fails over HTTP/%s and names the option',
    async (version) => {
      await using server = await tlsServer(['http/1.1', 'h2'])
      expect(await messageOf(server.url, version)).toMatch(
        /^Cannot reach HOST: TLS failed: .* \(--insecure or the option insecure accepts it\)$/,
      )
    },
  )

  it('a server that sends another protocol fails', async () => {
    await using origin = await RawOrigin.sending('SSH-2.0-x\r\n')
    expect(await messageOf(origin.url)).toMatch(/^HOST sent no HTTP response: /)
    expect(await messageOf(origin.url, '2')).toMatch(/^HOST sent no HTTP\/2 response: /)
  })

  it('a server with an endless header section fails', async () => {
    await using origin = await RawOrigin.sending(`HTTP/1.1 200 OK\r\nA: ${'a'.repeat(200_000)}`)
    expect(await messageOf(origin.url)).toBe('HOST sent a header section that is too large')
  })
})

async function tlsServer(protocols: string[]) {
  const server = createServer({ ...tls, ALPNProtocols: protocols })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
