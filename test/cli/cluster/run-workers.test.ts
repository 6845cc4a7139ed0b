import cluster from 'node:cluster'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runPrimary } from '../../../src/cli/cluster/primary.js'
import { runWorkers } from '../../../src/cli/cluster/run-workers.js'
import { WORKER_SETTINGS } from '../../../src/cli/cluster/worker.js'

vi.mock('../../../src/cli/cluster/primary.js', () => ({ runPrimary: vi.fn(async () => {}) }))

describe('runWorkers', () => {
  const { isWorker } = cluster
  const serve = vi.fn(async () => {})
  beforeEach(() => {
    serve.mockClear()
    vi.mocked(runPrimary).mockClear()
  })
  afterEach(() => {
    Object.assign(cluster, { isWorker })
    delete process.env[WORKER_SETTINGS]
  })

  it('serves in this process with one worker', async () => {
    await runWorkers({ PORT: '5' }, serve)
    expect(serve).toHaveBeenCalledWith(expect.objectContaining({ PORT: 5, WORKERS: 1 }))
    expect(runPrimary).not.toHaveBeenCalled()
  })

  it('is the primary of several workers', async () => {
    await runWorkers({ WORKERS: '3' }, serve)
    expect(runPrimary).toHaveBeenCalledWith(expect.objectContaining({ WORKERS: 3 }))
    expect(serve).not.toHaveBeenCalled()
  })

  it('gives all workers the same keys of session tickets, with a certificate alone', async () => {
    const given = async (flags: object) => {
      await runWorkers({ WORKERS: '2', ...flags }, serve)
      return vi.mocked(runPrimary).mock.lastCall?.[0].ticketKeys
    }
    expect(await given({})).toBeUndefined()
    const keys = await given({ TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' })
    expect(Buffer.from(keys ?? '', 'base64')).toHaveLength(48)
  })

  it('serves as a worker with the settings of its primary', async () => {
    Object.assign(cluster, { isWorker: true })
    process.env[WORKER_SETTINGS] = '{"PORT":5,"WORKERS":3,"worker":2}'
    await runWorkers({ PORT: 'ignored' }, serve)
    expect(serve).toHaveBeenCalledWith({ PORT: 5, WORKERS: 3, worker: 2 })
  })

  it('refuses several workers in the worker of another program', async () => {
    Object.assign(cluster, { isWorker: true })
    await expect(runWorkers({ WORKERS: '3' }, serve)).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringMatching(/^--workers: expected 1 in a process .*; received "3"$/),
    })
  })
})
