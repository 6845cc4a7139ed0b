import cluster from 'node:cluster'
import { EventEmitter } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { launchWorker, type WorkerProcess } from '../../../src/cli/cluster/launch-worker.js'
import { WORKER_SETTINGS } from '../../../src/cli/cluster/worker.js'
import type { Environment } from '../../../src/cli/settings/environment.js'
import { Folder } from '../../fixture/files.js'
import { PassedSockets } from '../../fixture/passed-sockets.js'

/** A worker that responds on its sockets with its settings, and sends two messages. */
const SCRIPT = `
import { createServer } from 'node:net'
const settings = process.env.${WORKER_SETTINGS}
const { sockets, ends } = JSON.parse(settings)
const listen = ({ fd }) => new Promise((done) => {
  const server = createServer((socket) => socket.end(settings)).listen({ fd }, done)
})
await Promise.all(sockets.map(listen))
process.send({ kind: 'listening', bound: process.argv.slice(2) })
process.send({ kind: 'refused', code: 'BAD_SETTING', message: 'no' }, () => ends && process.exit(5))
`

/** What has happened, in order. */
function recorded() {
  const happened: unknown[] = []
  const record =
    (what: string) =>
    (...args: unknown[]) =>
      void happened.push([what, ...args])
  const events = {
    listening: record('listening'),
    message: record('message'),
    failed: record('failed'),
    ended: record('ended'),
  }
  return { happened, events }
}

const LISTENING = ['listening', ['/run/a.sock']]
const MESSAGE = ['message', { kind: 'refused', code: 'BAD_SETTING', message: 'no' }]

describe('launchWorker, with sockets that were passed on', () => {
  const { argv } = process
  afterEach(() => {
    process.argv = argv
  })

  /** Starts the script as the command that runs. */
  function launch(folder: Folder, settings: object) {
    const passed = new PassedSockets()
    const port = passed.bindPort()
    passed.bindPath(folder.at('a.sock'))
    process.argv = [argv[0] as string, folder.write('w.mjs', SCRIPT), '/run/a.sock']
    const sockets = passed.descriptors.map((fd) => ({ fd, name: 'web' }))
    const { happened, events } = recorded()
    const worker = launchWorker({ ...settings, sockets } as unknown as Environment, events)
    return { passed, port, happened, worker }
  }

  async function received(target: { port: number; host: string } | { path: string }) {
    let text = ''
    for await (const chunk of connect(target)) text += chunk
    return JSON.parse(text)
  }

  it('starts this command with the sockets, and reports what it sends and how it ends', async () => {
    using folder = new Folder()
    const { passed, port, happened, worker } = launch(folder, { WORKERS: 2 })
    const sockets = [3, 4].map((fd) => ({ fd, name: 'web' }))
    using _passed = passed
    await expect.poll(() => happened).toEqual([LISTENING, MESSAGE])
    expect(worker.isConnected()).toBe(true)
    expect(await received({ port, host: '127.0.0.1' })).toEqual({ WORKERS: 2, sockets })
    expect(await received({ path: folder.at('a.sock') })).toEqual({ WORKERS: 2, sockets })
    worker.process.kill('SIGKILL')
    await expect.poll(() => happened.at(-1)).toEqual(['ended', null, 'SIGKILL'])
  })

  it('reports the end after the last message', async () => {
    using folder = new Folder()
    const { passed, happened } = launch(folder, { ends: true })
    using _passed = passed
    const all = [LISTENING, MESSAGE, ['ended', 5, null]]
    await expect.poll(() => happened).toEqual(all)
  })
})

describe('launchWorker, without sockets', () => {
  afterEach(() => void vi.restoreAllMocks())

  /** A worker of node:cluster without a process. */
  function fake(pid: number | undefined) {
    const worker = Object.assign(new EventEmitter(), {
      process: { pid, kill: vi.fn(), send: vi.fn() },
      isConnected: () => false,
    })
    const fork = vi.spyOn(cluster, 'fork').mockReturnValue(worker as never)
    const { happened, events } = recorded()
    const launched: WorkerProcess = launchWorker({ PORT: 5 } as unknown as Environment, events)
    return { worker, fork, happened, launched }
  }

  it('starts a worker of node:cluster, which shares the port', () => {
    const { worker, fork, happened, launched } = fake(1)
    expect(fork).toHaveBeenCalledWith({ [WORKER_SETTINGS]: '{"PORT":5}' })
    expect(launched).toBe(worker)
    worker.emit('listening', { address: '127.0.0.1', port: 5, addressType: 4 })
    worker.emit('error', new Error('of the channel'))
    worker.emit('exit', 1, null)
    expect(happened).toEqual([
      ['listening', [{ address: '127.0.0.1', port: 5 }]],
      ['failed', new Error('of the channel')],
      ['ended', 1, null],
    ])
  })

  it('reports the end of a process that could not be started', () => {
    const { worker, happened } = fake(undefined)
    worker.emit('error', new Error('EAGAIN'))
    expect(happened).toEqual([
      ['failed', new Error('EAGAIN')],
      ['ended', null, null],
    ])
  })
})
