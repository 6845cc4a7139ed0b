/** An armed rule as `/-/faults` shows it. Types of the fault layer would lead the script of the page to modules of Node. */
export interface ArmedRule {
  readonly id: string
  readonly match?: object
  readonly fault: { readonly kind: string } | readonly { readonly kind: string }[]
  readonly probability?: number
  readonly times?: number
  readonly left?: number
}

/** An entry of the journal as `/-/faults/journal` shows it. */
export interface JournalLine {
  readonly rule: string | null
  readonly attempt: number
  readonly method: string
  readonly path: string
  readonly range: string | null
  readonly fault: { readonly kind: string }
  readonly outcome: string
  readonly status: number | null
  readonly written: number
  readonly confirmed: number | null
  readonly ended: string | null
}
