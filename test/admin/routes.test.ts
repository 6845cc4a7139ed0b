import { describe, expect, it } from 'vitest'
import { adminRoutes } from '../../src/admin/routes.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

async function served(folder: Folder) {
  const source = fileSource({ roots: [folder.path], dotfiles: 'ignore' })
  return serverWith({ source, list: true, pages: true, stallTimeout: 1_200 }, {}, (app) =>
    adminRoutes(app),
  )
}

/** The value of a metric, by its name and labels as they are printed. */
async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/-/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? Number.NaN)
}

describe('The routes under /-/', () => {
  it('respond at healthz with 200, and at readyz with 200 until the server is closing', async () => {
    using folder = new Folder()
    await using application = await served(folder)
    expect(await (await fetch(`${application.url}/-/healthz`)).text()).toBe('ok\n')
    expect((await fetch(`${application.url}/-/readyz`)).status).toBe(200)

    application.app.transfers.drain(60_000)
    const response = await fetch(`${application.url}/-/readyz`)
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('respond at metrics with the transfers, their bytes and outcomes', async () => {
    using folder = new Folder({ f: pattern(1000), big: pattern(20_000_000) })
    await using application = await served(folder)
    await (await fetch(`${application.url}/f`)).arrayBuffer()
    await application.settled(0)
    using client = new RawClient(application.port)
    client.request('/big')
    await client.until(1000)
    client.socket.pause()
    expect(await metric(application.url, 'lastbyte_transfers_running')).toBe(1)
    await expect.poll(() => metric(application.url, 'lastbyte_transfers_stalled')).toBe(1)
    expect(await metric(application.url, 'lastbyte_sent_bytes_total')).toBeGreaterThan(1000)
    expect(await application.settled(1)).toMatchObject({ outcome: 'stalled' })
    expect(await metric(application.url, 'lastbyte_transfers_total{outcome="complete"}')).toBe(1)
    expect(await metric(application.url, 'lastbyte_transfers_total{outcome="stalled"}')).toBe(1)
    expect(await metric(application.url, 'lastbyte_transfers_running')).toBe(0)
    expect(await metric(application.url, 'lastbyte_transfer_duration_seconds_count')).toBe(2)
  })
})
