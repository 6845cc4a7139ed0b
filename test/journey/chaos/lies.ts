import type { JournalEntry } from '../../../src/testing/index.js'

/** Bytes of the file that an injected fault may have made wrong: [start, end). */
export interface Touched {
  readonly start: number
  readonly end: number
}

/** What a fault may have done to a file without a sign in the headers. */
export interface Lie {
  readonly kind: string
  readonly touched: Touched
}

/**
 * The lies of a journal: no header shows them, so a client that checks no digest takes them for true.
 * `splices`: whether the client checks no validator, so that an honest change of versions, with
 * another ETag, gets past it too.
 */
export function liesIn(journal: readonly JournalEntry[], size: number, splices: boolean): Lie[] {
  return journal.flatMap((entry): Lie[] => {
    const { fault, outcome } = entry
    if (outcome !== 'injected') return []
    const start = startOf(entry)
    const place = (each: { at: unknown; from?: string }) =>
      Number(each.at) + (each.from === 'response' ? start : 0)
    switch (fault.kind) {
      case 'corrupt': {
        const at = place(fault)
        return [{ kind: fault.kind, touched: { start: at, end: at + (fault.length ?? 1) } }]
      }
      case 'garbage': {
        const at = place(fault)
        return [{ kind: fault.kind, touched: { start: at, end: at + (fault.length ?? 1024) } }]
      }
      case 'end-early': // The file ends there, and what is behind is missing.
        return [{ kind: fault.kind, touched: { start: place(fault), end: size } }]
      case 'content-change': {
        const kept = fault.etag === 'kept'
        if (!kept && !splices) return []
        return [
          { kind: `${fault.kind} ${kept ? 'kept' : 'changed'}`, touched: { start, end: size } },
        ]
      }
      default:
        return []
    }
  })
}

/** Where an answer's body starts in the file. */
function startOf({ status, range }: JournalEntry): number {
  return status === 206 ? Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0) : 0
}

/** The kinds of lies that account for each wrong byte, or the first byte that none accounts for. */
export function explain(
  file: Uint8Array,
  truth: Uint8Array,
  lies: readonly Lie[],
): { readonly kinds: readonly string[] } | { readonly unexplained: number } {
  const kinds = new Set<string>()
  if (file.length < truth.length) {
    // Where a message ended early, exactly there.
    const short = lies.find(({ kind, touched }) => {
      return kind === 'end-early' && touched.start === file.length
    })
    if (short === undefined) return { unexplained: file.length }
    kinds.add(short.kind)
  }
  if (file.length > truth.length) return { unexplained: truth.length }
  const bytewise = lies.filter(({ kind }) => kind !== 'end-early')
  let covering: readonly Lie[] = []
  let from = 0
  let until = 0
  for (let at = 0; at < file.length; at += 1) {
    if (file[at] === truth[at]) continue
    if (at < from || at >= until) {
      covering = bytewise.filter(({ touched }) => touched.start <= at && at < touched.end)
      if (covering.length === 0) return { unexplained: at }
      from = at
      until = Math.max(...covering.map(({ touched }) => touched.end))
      for (const { kind } of covering) kinds.add(kind)
    }
  }
  return { kinds: [...kinds].sort() }
}
