import { once } from 'node:events'
import { constants, fstat, open } from 'node:fs'
import { connect, Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { promisify } from 'node:util'
import { delay } from '../../async/delay.js'
import { DescriptorWriter } from './descriptor-writer.js'
import { diskOperation } from './disk-operation.js'
import { requirePassed } from './passed-descriptor.js'
import type { SpecialTarget } from './target.js'

const { O_WRONLY, O_NONBLOCK, O_NOCTTY, O_TRUNC } = constants
const openDescriptor = promisify(open)

/** ms between two attempts to open a FIFO that has no reader. */
const POLL = 20

/**
 * Opens a target to write into it. A FIFO is opened when it has a reader.
 *
 * @throws LastbyteError DISK_FAILED; the signal's reason
 */
export async function openSpecial(target: SpecialTarget, signal: AbortSignal): Promise<Writable> {
  const { kind, path, descriptor } = target
  if (descriptor !== undefined) await diskOperation('open', path, requirePassed(descriptor))
  if (kind === 'fifo') return openFifo(target, signal)
  if (descriptor !== undefined) {
    await diskOperation('open', path, promisify(fstat)(descriptor))
    return new DescriptorWriter(descriptor, 'borrowed')
  }
  if (kind === 'socket') {
    const socket = connect(path)
    await diskOperation('connect to', path, once(socket, 'connect'))
    return socket
  }
  const flags = kind === 'descriptor' ? O_WRONLY | O_TRUNC : O_WRONLY | O_NOCTTY
  const opened = await diskOperation('open', path, openDescriptor(path, flags))
  return new DescriptorWriter(opened, 'owned')
}

/**
 * Opens a FIFO without blocking, since a thread that waits for a reader could not be cancelled. The
 * descriptor is a new one, also for a FIFO that this process has open.
 */
async function openFifo(target: SpecialTarget, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    signal.throwIfAborted()
    const opened = await diskOperation('open', target.path, openWithReader(target))
    if (opened !== undefined) return new Socket({ fd: opened, readable: false, writable: true })
    await delay(POLL, signal)
  }
}

/** undefined if the FIFO has no reader. An open descriptor gets none any more. */
async function openWithReader({ path, descriptor }: SpecialTarget): Promise<number | undefined> {
  try {
    return await openDescriptor(path, O_WRONLY | O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENXIO' && descriptor === undefined) return undefined
    throw error
  }
}
