import type { JournalEntry } from '../../../src/testing/index.js'

/** Bytes of the file that an injected fault may have changed: [start, end). */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A change of the file's bytes that no header field shows. */
export interface SilentFault {
  readonly kind: string
  readonly range: ByteRange
}

/**
 * The faults in a journal that a client without a digest can't detect.
 *
 * @param splices whether the client checks no validator, so that it can't detect a change with another
 *   entity tag either
 */
export function silentFaultsOf(
  journal: readonly JournalEntry[],
  size: number,
  splices: boolean,
): SilentFault[] {
  return journal.flatMap((entry): SilentFault[] => {
    const { fault, outcome } = entry
    if (outcome !== 'injected') return []
    const start = startOf(entry)
    const place = (each: { at: unknown; from?: string }) =>
      Number(each.at) + (each.from === 'response' ? start : 0)
    switch (fault.kind) {
      case 'corrupt': {
        const at = place(fault)
        return [{ kind: fault.kind, range: { start: at, end: at + (fault.length ?? 1) } }]
      }
      case 'garbage': {
        const at = place(fault)
        return [{ kind: fault.kind, range: { start: at, end: at + (fault.length ?? 1024) } }]
      }
      case 'end-early': // The rest of the file is missing.
        return [{ kind: fault.kind, range: { start: place(fault), end: size } }]
      case 'content-change': {
        const kept = fault.etag === 'kept'
        if (!kept && !splices) return []
        return [{ kind: `${fault.kind} ${kept ? 'kept' : 'changed'}`, range: { start, end: size } }]
      }
      default:
        return []
    }
  })
}

/** The offset in the file at which a response's body starts. */
function startOf({ status, range }: JournalEntry): number {
  return status === 206 ? Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0) : 0
}

/** The kinds of the faults that explain all wrong bytes, or the first byte that no fault explains. */
export function explainBytes(
  file: Uint8Array,
  truth: Uint8Array,
  faults: readonly SilentFault[],
): { readonly kinds: readonly string[] } | { readonly unexplained: number } {
  const kinds = new Set<string>()
  if (file.length < truth.length) {
    // A short file must end exactly where an end-early fault ended a message.
    const short = faults.find(({ kind, range }) => {
      return kind === 'end-early' && range.start === file.length
    })
    if (short === undefined) return { unexplained: file.length }
    kinds.add(short.kind)
  }
  if (file.length > truth.length) return { unexplained: truth.length }
  const bytewise = faults.filter(({ kind }) => kind !== 'end-early')
  let covering: readonly SilentFault[] = []
  let from = 0
  let until = 0
  for (let at = 0; at < file.length; at += 1) {
    if (file[at] === truth[at]) continue
    if (at < from || at >= until) {
      covering = bytewise.filter(({ range }) => range.start <= at && at < range.end)
      if (covering.length === 0) return { unexplained: at }
      from = at
      until = Math.max(...covering.map(({ range }) => range.end))
      for (const { kind } of covering) kinds.add(kind)
    }
  }
  return { kinds: [...kinds].sort() }
}
