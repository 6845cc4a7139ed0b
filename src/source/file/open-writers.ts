import type { Capability, NativeBindings } from '../../native/bindings.js'

/** `possible`: a process has the file open or mapped for writing, or that cannot be found out. */
export type Writers = 'none' | 'possible'

/** Whether a write to an open file may be under way. */
export type WriterCheck = (descriptor: number) => Writers

/**
 * Asks the kernel by a read lease, which it grants only where no process has the file open for writing. The lease
 * is ended at once. Without the native bindings, and for files of other users, the answer is always `possible`.
 */
export function writerCheck(capability: Capability): WriterCheck {
  if (capability.kind === 'none') return () => 'possible'
  const calls: Pick<NativeBindings, 'takeLease' | 'dropLease'> = capability.calls
  return (descriptor) => {
    if (calls.takeLease(descriptor) !== 0) return 'possible'
    calls.dropLease(descriptor)
    return 'none'
  }
}
