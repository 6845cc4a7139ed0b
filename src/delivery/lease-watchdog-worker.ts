/** Indexes in the shared memory: incremented by each beat; the number of slots in use; the first slot. */
export const BEAT = 0
export const USED = 1
export const FIRST_SLOT = 2
/** Numbers of one slot: a file and a socket. */
export const SLOT_SIZE = 2

/** ms between two looks at the memory: more than the time between two beats. */
const ROUND = 150
/** Rounds without a beat after which a broken lease is ended here: together less than 1 s. */
const PATIENCE = 4
/** ms in which packets leave the queue of a network device that were in it when their connection was reset. */
export const DEVICE_TIME = 50

/**
 * The code of the thread behind `LeaseWatchdog`. A string, so that it needs no file beside a bundle. It sleeps while
 * no lease is held. Descriptors are shared by the threads of a process.
 */
export const LEASE_WATCHDOG_WORKER = `
const { workerData } = require('node:worker_threads')
const calls = require(workerData.binary)
const memory = new Int32Array(workerData.memory)
const nothing = new Int32Array(new SharedArrayBuffer(4))
const sleep = (ms) => Atomics.wait(nothing, 0, 0, ms)
const rounds = new Map()
let beat
for (;;) {
  Atomics.wait(memory, ${USED}, 0)
  sleep(${ROUND})
  const now = Atomics.load(memory, ${BEAT})
  if (now !== beat) {
    beat = now
    rounds.clear()
    continue
  }
  const sockets = new Map()
  for (let slot = ${FIRST_SLOT}; slot < memory.length; slot += ${SLOT_SIZE}) {
    const file = Atomics.load(memory, slot) - 1
    if (file < 0) continue
    const own = sockets.get(file) ?? []
    own.push(Atomics.load(memory, slot + 1) - 1)
    sockets.set(file, own)
  }
  for (const [file, own] of sockets) {
    if (calls.hasLease(file) === 1) continue
    rounds.set(file, (rounds.get(file) ?? 0) + 1)
    if (rounds.get(file) !== ${PATIENCE}) continue
    const queued = own.filter((socket) => calls.unsentBytes(socket) > 0)
    // The thread that owns the connections has gone on: it ends the lease itself.
    if (Atomics.load(memory, ${BEAT}) !== beat) break
    for (const socket of queued) calls.disconnect(socket)
    if (queued.length > 0) sleep(${DEVICE_TIME})
    calls.dropLease(file)
  }
}
`
