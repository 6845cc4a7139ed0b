import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CertificateReload } from '../../../src/cli/tls/certificate-reload.js'
import type { TlsFiles } from '../../../src/cli/tls/judge-certificate.js'
import { readTls, type UsableCertificate } from '../../../src/cli/tls/read-tls.js'
import { Folder } from '../../fixture/files.js'
import { renewedTls, tls } from '../../fixture/tls.js'
import { until } from '../../fixture/until.js'

const NOT_RELOADED = 'certificate not reloaded: the previous one stays in use'

describe('CertificateReload', () => {
  let folder: Folder
  let applied: TlsFiles[]
  let log: [message: string, facts: object | undefined][]
  beforeEach(() => {
    folder = new Folder({ cert: tls.cert, key: tls.key })
    applied = []
    log = []
  })
  afterEach(() => folder[Symbol.dispose]())

  function reloads(paths = { TLS_CERT: folder.at('cert'), TLS_KEY: folder.at('key') }) {
    const write = (facts: object | string, message?: string) =>
      void log.push(typeof facts === 'string' ? [facts, undefined] : [message ?? '', facts])
    const logger = { info: write, warn: write, error: write } as never
    const apply = (files: TlsFiles) => void applied.push(files)
    const initial = readTls(paths) as UsableCertificate
    return new CertificateReload(paths, initial, { apply, logger, interval: 1 })
  }

  const messages = () => log.map(([message]) => message)
  const renew = () => {
    folder.write('cert', renewedTls.cert)
    folder.write('key', renewedTls.key)
  }

  it('leaves files alone that have not changed, and says so when asked', async () => {
    const reload = reloads()
    await reload.check('interval')
    await reload.check('request')
    expect([applied, messages()]).toEqual([[], ['certificate unchanged']])
  })

  it.each<[string, () => void]>([
    ['in place', renew],
    [
      'by renaming',
      () => {
        for (const name of ['cert', 'key'] as const) {
          folder.write('new', renewedTls[name])
          renameSync(folder.at('new'), folder.at(name))
        }
      },
    ],
  ])('takes files that were replaced %s', async (_how, replace) => {
    const reload = reloads()
    replace()
    await reload.check('interval')
    expect(applied).toEqual([renewedTls])
    expect(log).toMatchObject([['certificate reloaded', { file: folder.at('cert') }]])
    await reload.check('interval')
    expect(applied).toHaveLength(1)
  })

  it('follows symbolic links whose target is replaced, as those of certbot', async () => {
    for (const [name, files] of Object.entries({ 1: tls, 2: renewedTls })) {
      folder.write(`archive/cert${name}`, files.cert)
      folder.write(`archive/key${name}`, files.key)
    }
    const link = (version: number) => {
      for (const name of ['cert', 'key']) {
        rmSync(folder.at(name), { force: true })
        symlinkSync(`archive/${name}${version}`, folder.at(name))
      }
    }
    link(1)
    const reload = reloads()
    link(2)
    await reload.check('interval')
    expect(applied).toEqual([renewedTls])
  })

  it('waits for the key of a certificate that was replaced first, without a word', async () => {
    const reload = reloads()
    folder.write('cert', renewedTls.cert)
    await reload.check('interval')
    expect([applied, log]).toEqual([[], []])
    folder.write('key', renewedTls.key)
    await reload.check('interval')
    expect([applied, messages()]).toEqual([[renewedTls], ['certificate reloaded']])
  })

  it.each<[string, () => void, string, RegExp]>([
    ['a broken certificate', () => folder.write('cert', 'x'), 'cert', /certificate in PEM/],
    ['a broken key', () => folder.write('key', 'x'), 'key', /key in PEM/],
    ['an absent key', () => rmSync(folder.at('key')), 'key', /ENOENT/],
    ['the key of another one', () => folder.write('key', renewedTls.key), 'cert', /of the key/],
  ])(
    'keeps the certificate in use for %s, logs it once, and goes on when it is mended',
    async (...row) => {
      const [, damage, file, reason] = row
      const reload = reloads()
      damage()
      for (let nth = 0; nth < 4; nth += 1) await reload.check('interval')
      await reload.check('request')
      expect(applied).toEqual([])
      expect(log).toMatchObject([
        [NOT_RELOADED, { file: folder.at(file), reason: expect.stringMatching(reason) }],
      ])
      renew()
      await reload.check('interval')
      expect(applied).toEqual([renewedTls])
    },
  )

  it('logs a failure at once when somebody asked', async () => {
    const reload = reloads()
    folder.write('key', 'x')
    await reload.check('request')
    expect(messages()).toEqual([NOT_RELOADED])
  })

  it('logs a failure that comes back after a while again', async () => {
    const reload = reloads()
    for (const content of ['x', tls.key, 'x']) {
      folder.write('key', content)
      await reload.check('interval')
      await reload.check('interval')
    }
    expect(messages()).toEqual([NOT_RELOADED, NOT_RELOADED])
  })

  it('does not read a pipe again', async () => {
    const reload = reloads()
    rmSync(folder.at('key'))
    execFileSync('mkfifo', [folder.at('key')])
    await reload.check('interval')
    await reload.check('interval')
    expect(log).toEqual([])
    await reload.check('request')
    expect(log).toMatchObject([[NOT_RELOADED, { reason: 'expected a regular file' }]])
  })

  it('looks at the files in its interval, until it is stopped', async () => {
    const reload = reloads()
    reload.watch()
    renew()
    await until(() => applied.length === 1)
    reload.stop()
    expect(reload.expires).toBeGreaterThan(Date.now())
  })
})
