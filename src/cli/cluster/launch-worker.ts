import { fork } from 'node:child_process'
import cluster from 'node:cluster'
import type { Bound } from '../serving-urls.js'
import type { Environment } from '../settings/environment.js'
import type { InheritedSocket } from '../sockets/inherited-sockets.js'
import type { FromWorker } from './messages.js'
import { WORKER_SETTINGS } from './worker.js'

/** The process of a worker. */
export interface WorkerProcess {
  readonly process: {
    readonly pid?: number | undefined
    kill(signal: NodeJS.Signals): unknown
    send(message: object, handle: undefined, options: undefined, sent: () => void): unknown
  }
  isConnected(): boolean
}

/** What a process does from its start on. */
export interface WorkerEvents {
  /** It listens; called again for each further address. */
  listening(bound: readonly Bound[]): void
  message(message: Exclude<FromWorker, { kind: 'listening' }>): void
  failed(error: Error): void
  /** It has ended, and its last message has arrived. */
  ended(code: number | null, signal: string | null): void
}

/** The descriptors before those of the sockets. */
const STANDARD = ['inherit', 'inherit', 'inherit'] as const

type Emitter = Pick<NodeJS.EventEmitter, 'on' | 'once'>

/** Starts a process for a worker. No event precedes the return. */
export function launchWorker(settings: Environment, events: WorkerEvents): WorkerProcess {
  const { sockets } = settings
  if (sockets !== undefined) return watch(forkWithSockets(settings, sockets), events)
  const worker = cluster.fork(variablesOf(settings))
  worker.on('listening', ({ address, port }) => events.listening([{ address, port }]))
  return watch(worker, events)
}

/**
 * Starts a process that inherits the sockets. node:cluster would open them in the primary and close them there when
 * the last worker ends, so that it could not be replaced.
 */
function forkWithSockets(settings: Environment, sockets: readonly InheritedSocket[]) {
  const [, script = '', ...args] = process.argv
  const passedOn = sockets.map((socket, nth) => ({ ...socket, fd: STANDARD.length + nth }))
  const child = fork(script, args, {
    env: { ...process.env, ...variablesOf({ ...settings, sockets: passedOn }) },
    stdio: [...STANDARD, ...sockets.map(({ fd }) => fd), 'ipc'],
  })
  return Object.assign(child, { process: child, isConnected: () => child.connected })
}

function variablesOf(settings: Environment) {
  return { [WORKER_SETTINGS]: JSON.stringify(settings) }
}

function watch<T extends WorkerProcess & Emitter>(worker: T, events: WorkerEvents): T {
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'listening') events.listening(message.bound)
    else events.message(message)
  })
  worker.once('exit', (code, signal) => {
    const ended = () => events.ended(code, signal)
    // Its last message, which says why it ended, may arrive after its exit.
    if (worker.isConnected()) worker.once('disconnect', ended)
    else ended()
  })
  worker.on('error', (error: Error) => {
    events.failed(error)
    if (worker.process.pid === undefined) events.ended(null, null)
  })
  return worker
}
