import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readEnvironment } from '../../src/cli/settings/environment.js'
import { startServer } from '../../src/cli/start-server.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { AddedListeners } from '../fixture/added-listeners.js'
import { Folder } from '../fixture/files.js'
import { tls } from '../fixture/tls.js'

const SILENT = { PORT: '0', LOG_LEVEL: 'silent' }

describe('startServer', () => {
  const signals = ['SIGTERM', 'SIGINT'].map((name) => new AddedListeners(process, name))
  let folder: Folder
  let app: FastifyInstance | undefined
  beforeEach(() => {
    folder = new Folder({ 'f.txt': 'hello' })
  })
  afterEach(async () => {
    await app?.close()
    app = undefined
    folder[Symbol.dispose]()
    for (const listeners of signals) listeners.remove()
  })

  async function start(flags: Record<string, string | boolean> = {}, files = {}) {
    const passOthers = async (created: FastifyInstance) => {
      app = created
    }
    const source = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
    await startServer(readEnvironment({ ...SILENT, ...flags }, {}), { source, files, passOthers })
    if (app === undefined) throw new Error('passOthers was not called')
    const { port } = app.server.address() as AddressInfo
    return `http://127.0.0.1:${port}`
  }

  it('serves the source and the administrative routes by the environment', async () => {
    const url = await start({ MAX_AGE: '1h', LIST: true })
    const response = await fetch(`${url}/f.txt`)
    expect(await response.text()).toBe('hello')
    expect(response.headers.get('cache-control')).toBe('public, max-age=3600')
    expect(await (await fetch(url)).text()).toContain('f.txt')
    expect((await fetch(`${url}/-/readyz`)).status).toBe(200)
    expect(await (await fetch(`${url}/-/metrics`)).text()).toContain('lastbyte_transfers_total')
    expect((await fetch(`${url}/-/faults`)).status).toBe(404)
  })

  it('lets the command override plugin options', async () => {
    const url = await start({ MAX_AGE: '1h' }, { cacheControl: false })
    expect((await fetch(`${url}/f.txt`)).headers.get('cache-control')).toBeNull()
  })

  it('adds the fault layer and its routes with --faults', async () => {
    let printed = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      printed += text
      return true
    })
    const url = await start({ FAULTS: true, FAULT_SEED: '7' })
    vi.restoreAllMocks()
    expect((await fetch(`${url}/-/faults`)).status).toBe(401)
    const [, token] = /Bearer ([0-9a-f]{48})"/.exec(printed) ?? []
    const authorized = { headers: { authorization: `Bearer ${token}` } }
    expect((await fetch(`${url}/-/faults`, authorized)).status).toBe(200)
    expect((await fetch(`${url}/-/faults/journal`, authorized)).status).toBe(200)
    expect(printed).toContain(`${url}/-/faults\n`)
    const headers = { 'lastbyte-fault': 'status;status=503' }
    expect((await fetch(`${url}/f.txt`, { headers })).status).toBe(503)
  })

  it('needs no token of this machine with --fault-access local', async () => {
    const url = await start({ FAULTS: true, FAULT_ACCESS: 'local', FAULT_TOKEN: 'secret' })
    expect((await fetch(`${url}/-/faults`)).status).toBe(200)
  })

  it('has metrics, transfers and faults on the admin listener alone, and health on both', async () => {
    let printed = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      printed += text
      return true
    })
    const all = { FAULTS: true, FAULT_TOKEN: 't', TRANSFERS: true, ADMIN: '0', PREFIX: '/films/' }
    const url = await start({ ...all, FAULT_ACCESS: 'local', TRANSFERS_ACCESS: 'local' })
    vi.restoreAllMocks()
    const [, admin] = /(http:[^ ]*)\/-\/transfers/.exec(printed) ?? []
    const status = async (at: string) => (await fetch(at)).status
    expect(await (await fetch(`${url}/films/f.txt`)).text()).toBe('hello')
    for (const each of ['metrics', 'transfers', 'faults', 'faults/journal']) {
      expect(await status(`${admin}/-/${each}`), each).toBe(200)
      expect(await status(`${url}/films/-/${each}`), each).toBe(404)
      expect(await status(`${url}/-/${each}`), each).toBe(404)
    }
    for (const each of [`${admin}/-`, `${url}/-`, `${url}/films/-`]) {
      expect(await status(`${each}/healthz`), each).toBe(200)
      expect(await status(`${each}/readyz`), each).toBe(200)
    }
    expect(await status(`${admin}/films/f.txt`)).toBe(404)
    expect(printed).toContain(`${admin}/-/faults\n`)
    await app?.close()
    await expect(fetch(`${admin}/-/healthz`)).rejects.toThrow()
  })

  it('has the admin listener beside a public port with TLS', async () => {
    using certificate = new Folder({ cert: tls.cert, key: tls.key })
    const socket = folder.at('a.sock')
    await start({ TLS_CERT: certificate.at('cert'), TLS_KEY: certificate.at('key'), ADMIN: socket })
    const status = await new Promise((resolve) => {
      get({ socketPath: socket, path: '/-/metrics' }, (response) => {
        resolve(response.resume().statusCode)
      })
    })
    expect(status).toBe(200)
  })

  it('does not serve where the admin listener cannot listen', async () => {
    await expect(start({ ADMIN: folder.at('f.txt') })).rejects.toThrow(/^ADMIN: /)
    expect(app?.server.listening).toBe(false)
  })

  it('closes at a signal', async () => {
    await start()
    const exit = new Promise((resolve) => {
      vi.spyOn(process, 'exit').mockImplementation((code) => {
        resolve(code)
        return undefined as never
      })
    })
    process.emit('SIGTERM', 'SIGTERM')
    expect(await exit).toBe(0)
    expect(app?.server.listening).toBe(false)
    vi.restoreAllMocks()
  })
})
