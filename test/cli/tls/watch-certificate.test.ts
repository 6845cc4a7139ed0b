import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, get } from 'node:https'
import { describe, expect, it } from 'vitest'
import type { CertificateReload } from '../../../src/cli/tls/certificate-reload.js'
import { readTls, type UsableCertificate } from '../../../src/cli/tls/read-tls.js'
import { watchCertificate } from '../../../src/cli/tls/watch-certificate.js'
import { serverWith } from '../../fixture/application.js'
import { Folder, pattern } from '../../fixture/files.js'
import { isResumed, newSession, presentedName, renewedTls, tls } from '../../fixture/tls.js'

describe('watchCertificate', () => {
  it.each([true, false])(
    'a download goes on while new handshakes get the new certificate (http2: %j)',
    async (http2) => {
      const bytes = pattern(12_000_000)
      using folder = new Folder({ cert: tls.cert, key: tls.key, film: bytes })
      const paths = { TLS_CERT: folder.at('cert'), TLS_KEY: folder.at('key') }
      const initial = readTls(paths) as UsableCertificate
      let reload: CertificateReload | undefined
      await using served = await serverWith(
        { root: folder.path },
        { tls: initial.files, http2 },
        (app) => {
          reload = watchCertificate(app, paths, initial, app.log as never)
        },
      )
      expect(await presentedName(served.port)).toBe('localhost')

      using agent = keptAlive()
      const options = {
        port: served.port,
        path: '/film',
        agent: agent.value,
        rejectUnauthorized: false,
      }
      const [response] = (await once(get(options), 'response')) as [IncomingMessage]
      response.pause()
      await once(response, 'readable')

      folder.write('cert', renewedTls.cert)
      folder.write('key', renewedTls.key)
      await reload?.check('request')
      expect(await presentedName(served.port)).toBe('renewed.localhost')
      const received: Buffer[] = []
      for await (const chunk of response) received.push(chunk)
      expect(Buffer.concat(received).equals(bytes)).toBe(true)
      expect(served.log.filter(({ msg }) => msg === 'certificate reloaded')).toHaveLength(1)
    },
  )

  it.each([
    ['of its own', {}],
    ['of the settings', { ticketKeys: randomBytes(48).toString('base64') }],
  ])('sessions are resumed after a reload, with ticket keys %s', async (_whose, keys) => {
    using folder = new Folder({ cert: tls.cert, key: tls.key })
    const paths = { TLS_CERT: folder.at('cert'), TLS_KEY: folder.at('key'), ...keys }
    const initial = readTls(paths) as UsableCertificate
    const reloads: CertificateReload[] = []
    const start = () =>
      serverWith({ root: folder.path }, { tls: initial.files }, (app) => {
        reloads.push(watchCertificate(app, paths, initial, app.log as never))
      })
    await using one = await start()
    await using other = await start()
    const session = await newSession(one.port)
    const resumed = () => Promise.all([one, other].map(({ port }) => isResumed(port, session)))
    const isShared = 'ticketKeys' in keys
    expect(await resumed()).toEqual([true, isShared])
    folder.write('cert', renewedTls.cert)
    folder.write('key', renewedTls.key)
    for (const reload of reloads) await reload.check('request')
    expect(await presentedName(one.port)).toBe('renewed.localhost')
    expect(await resumed()).toEqual([true, isShared])
  })
})

function keptAlive(): Disposable & { value: Agent } {
  const value = new Agent({ keepAlive: true })
  return { value, [Symbol.dispose]: () => value.destroy() }
}
