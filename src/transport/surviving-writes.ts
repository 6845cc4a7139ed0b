import type { Socket } from 'node:net'

/** ms in which the response must arrive after a write has failed. */
const RESPONSE_WAIT = 1_000

type Done = (error?: Error | null) => void
type Write = (this: Socket, ...args: unknown[]) => void

/**
 * Delays the failure of a write until the connection has been read to its end. A server that responds before it
 * has read the request, such as with a 413, closes the connection: the next write fails, and Node would destroy
 * the socket with the response unread.
 */
export function surviveFailedWrites(socket: Socket): void {
  const writes = socket as unknown as Record<'_write' | '_writev', Write>
  for (const name of ['_write', '_writev'] as const) {
    // A kept connection has been prepared by an earlier request.
    if (Object.hasOwn(writes, name)) continue
    const write = writes[name]
    writes[name] = function (...args) {
      const done = args.pop() as Done
      write.call(this, ...args, (error?: NodeJS.ErrnoException | null) => {
        if (error?.syscall === 'write') afterReading(socket, () => done(error))
        else done(error)
      })
    }
  }
}

function afterReading(socket: Socket, then: () => void): void {
  const timer = setTimeout(end, RESPONSE_WAIT).unref()
  function end(): void {
    clearTimeout(timer)
    socket.off('end', end)
    socket.off('close', end)
    then()
  }
  socket.once('end', end)
  socket.once('close', end)
}
