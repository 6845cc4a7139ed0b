import type { Capability } from '../../native/bindings.js'

/**
 * What states that bytes which a file has never change, so that a file that grew still has those that it
 * had when it was opened. `enforced`: the kernel, for files with the append-only attribute (`chattr +a`).
 * `declared`: the operator, for all files of the source.
 */
export type AppendPolicy = 'enforced' | 'declared'

/** Whether bytes that an open file has cannot change. The time and size of a file cannot tell that. */
export type AppendOnlyCheck = (descriptor: number) => boolean

/** Without the native bindings, `enforced` is never true: node:fs does not read the attribute. */
export function appendOnlyCheck(policy: AppendPolicy, capability: Capability): AppendOnlyCheck {
  if (policy === 'declared') return () => true
  if (capability.kind === 'none') return () => false
  const { calls } = capability
  return (descriptor) => calls.isAppendOnly(descriptor) === 1
}
