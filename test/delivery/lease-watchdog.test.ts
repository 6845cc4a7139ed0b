import { EventEmitter } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LeaseWatchdog } from '../../src/delivery/lease-watchdog.js'
import { BEAT, FIRST_SLOT, USED } from '../../src/delivery/lease-watchdog-worker.js'

afterEach(() => vi.restoreAllMocks())

/** A watchdog whose thread does nothing, and the memory that the thread would read. */
function watchdog() {
  const worker = Object.assign(new EventEmitter(), { unref: vi.fn() })
  const state = { started: 0, memory: new Int32Array(new SharedArrayBuffer(0)) }
  const created = new LeaseWatchdog((memory) => {
    state.started += 1
    state.memory = new Int32Array(memory)
    return worker as unknown as Worker
  })
  return { created, worker, state }
}

describe('The watchdog of leases', () => {
  it('starts one thread with the first range, which does not keep the process running', () => {
    const { created, worker, state } = watchdog()
    expect(state.started).toBe(0)
    created.watch(5, 9)
    created.watch(6, 10)
    expect(state.started).toBe(1)
    expect(worker.unref).toHaveBeenCalledOnce()
  })

  it('shows the thread the descriptors of running ranges, and uses their slots again', () => {
    const { created, state } = watchdog()
    const end = created.watch(0, 9)
    created.watch(6, 10)
    expect([...state.memory.subarray(USED, FIRST_SLOT + 4)]).toEqual([2, 1, 10, 7, 11])
    end?.()
    expect([...state.memory.subarray(USED, FIRST_SLOT + 1)]).toEqual([1, 0])
    created.watch(7, 12)
    expect([...state.memory.subarray(USED, FIRST_SLOT + 2)]).toEqual([2, 8, 13])
  })

  it('counts the beats of the serving thread', () => {
    const { created, state } = watchdog()
    created.watch(5, 9)
    created.beat()
    created.beat()
    expect(state.memory[BEAT]).toBe(2)
  })

  it('watches 8,192 ranges at a time and refuses more', () => {
    const { created } = watchdog()
    const ends = Array.from({ length: 8_192 }, () => created.watch(5, 9))
    expect(ends.every((end) => end !== undefined)).toBe(true)
    expect(created.watch(5, 9)).toBeUndefined()
    ends[17]?.()
    expect(created.watch(5, 9)).toBeDefined()
  })

  it('refuses all ranges with one warning where no thread can start', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const created = new LeaseWatchdog(() => {
      throw new Error('Access to this API has been restricted')
    })
    expect(created.watch(5, 9)).toBeUndefined()
    expect(created.watch(5, 9)).toBeUndefined()
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toMatch(/worker thread for leases.*sent by copy.*restricted/)
  })

  it('refuses later ranges after its thread has failed', () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { created, worker } = watchdog()
    expect(created.watch(5, 9)).toBeDefined()
    worker.emit('error', new Error('cannot load the binary'))
    expect(created.watch(5, 9)).toBeUndefined()
  })
})
