import pino from 'pino'
import { afterEach, expect, it, vi } from 'vitest'
import type { AdminListener } from '../../../src/cli/admin/admin-listener.js'
import { openWorkersAdmin } from '../../../src/cli/cluster/workers-admin.js'
import { readEnvironment } from '../../../src/cli/settings/environment.js'
import { TransferRegistry } from '../../../src/delivery/transfer-registry.js'

let opened: AdminListener | undefined
afterEach(async () => {
  await opened?.close()
  opened = undefined
})

async function open(flags: Record<string, string | boolean>, isServing = true) {
  const reports = {
    scrape: async () => 'all 1\n',
    gather: vi.fn(async () => [{ worker: 1, killed: true }]),
  }
  opened = await openWorkersAdmin(readEnvironment({ ADMIN: '0', ...flags }, {}), {
    logger: pino({ level: 'silent' }),
    transfers: new TransferRegistry(),
    reports,
    isServing: () => isServing,
  })
  const port = opened && 'port' in opened.origin ? opened.origin.port : 0
  return { reports, url: `http://127.0.0.1:${port}/-` }
}

it('The admin listener of a primary has the metrics of all workers, and no transfers unless they are on', async () => {
  const { url } = await open({})
  expect(await (await fetch(`${url}/metrics`)).text()).toBe('all 1\n')
  expect((await fetch(`${url}/transfers`)).status).toBe(404)
})

it('The admin listener of a primary shows and ends the transfers of all workers', async () => {
  const { url, reports } = await open({ TRANSFERS: true, TRANSFERS_ACCESS: 'local' })
  expect((await fetch(`${url}/transfers`)).status).toBe(200)
  expect((await fetch(`${url}/transfers/x`, { method: 'DELETE' })).status).toBe(204)
  expect(reports.gather).toHaveBeenLastCalledWith({ kind: 'kill', id: 'x' })
})

it('The admin listener of a primary is not ready before all workers listen', async () => {
  const { url } = await open({}, false)
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})
