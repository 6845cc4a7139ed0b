import { type GlobPart, type GlobSequence, GlobSyntaxError, parseGlob } from './glob-syntax.js'

/** A compiled glob, or why it is refused. */
export type CompiledGlob =
  | {
      readonly kind: 'glob'
      /** What it occupies, and what each character of a path may cost; 0 for a plain path. */
      readonly steps: number
      /** Matches no path for which the budget is too small. */
      readonly matches: (path: string, budget?: MatchBudget) => boolean
    }
  | { readonly kind: 'refused'; readonly reason: string }

/** The comparisons that several globs may make together. */
export interface MatchBudget {
  left: number
}

/** Characters of a glob. */
const LONGEST_GLOB = 500
/** Steps of a compiled glob: a path takes at most as many comparisons for each of its characters. */
const MOST_STEPS = 4000

/** Whether a glob names a query, such as `/a?page=2`: a path has none, so that it would match no request. */
export function namesQuery(glob: string): boolean {
  return /\?[\w.~%-]+=/.test(glob)
}

/**
 * Compiles a glob of paths. The time of a match is linear in the length of the path, whatever the glob: a regular
 * expression for `*a*a*a*b` takes half a minute for a path of 200 characters.
 */
export function compileGlob(glob: string): CompiledGlob {
  try {
    if (!/[*?[{(\\]/.test(glob)) {
      return { kind: 'glob', steps: 0, matches: (path) => path === glob }
    }
    if (glob.length > LONGEST_GLOB) {
      throw new GlobSyntaxError(`expected a glob of at most ${LONGEST_GLOB} characters`)
    }
    const program = new Program(parseGlob(glob))
    const { steps } = program
    return { kind: 'glob', steps, matches: (path, budget) => program.matches(path, budget) }
  } catch (error) {
    return { kind: 'refused', reason: (error as GlobSyntaxError).message }
  }
}

/** Whether `matchesAny` takes a glob. */
export function isGlob(glob: string): boolean {
  return compileGlob(withoutNegation(glob).rest).kind === 'glob'
}

/** Whether any of these globs matches. One that starts with `!` matches what the rest of it does not. */
export function matchesAny(globs: readonly string[]): (path: string) => boolean {
  const matchers = globs.map((glob) => {
    const { rest, isNegated } = withoutNegation(glob)
    const compiled = compileGlob(rest)
    return (path: string) =>
      path === glob || (compiled.kind === 'glob' && compiled.matches(path) !== isNegated)
  })
  return (path) => matchers.some((matches) => matches(path))
}

/** A glob without the exclamation marks and `./` before it. */
function withoutNegation(glob: string) {
  const [, marks = '', rest = ''] = /^(!*(?!\())(.*)$/s.exec(glob) ?? []
  return { rest: rest.replace(/^(\.\/)+/, ''), isNegated: marks.length % 2 === 1 }
}

/** One step: accepts a unit, or continues at other steps without one. */
type Step =
  | { readonly kind: 'unit'; readonly accepts: (unit: number) => boolean }
  | { readonly kind: 'go'; readonly to: readonly number[] }
  | { readonly kind: 'end' }

/** A nondeterministic automaton, which is in all its states at once (Thompson's construction). */
class Program {
  readonly #steps: Step[] = []
  /** The position in the path at which each step was entered last. */
  readonly #enteredAt: number[]
  /** What every path that matches starts with, so that most others are refused by one comparison. */
  readonly #prefix: string

  constructor(part: GlobSequence) {
    this.#prefix = prefixOf(part)
    this.#add(part)
    this.#push({ kind: 'end' })
    this.#enteredAt = this.#steps.map(() => -1)
  }

  get steps(): number {
    return this.#steps.length
  }

  matches(path: string, budget: MatchBudget = { left: Number.POSITIVE_INFINITY }): boolean {
    if (!path.startsWith(this.#prefix)) return false
    this.#enteredAt.fill(-1)
    let states: number[] = []
    budget.left -= this.#enter(0, 0, states)
    for (let at = 0; at < path.length; at += 1) {
      budget.left -= states.length
      if (budget.left < 0) return false
      const next: number[] = []
      const unit = path.charCodeAt(at)
      for (const state of states) {
        const step = this.#steps[state]
        if (step?.kind === 'unit' && step.accepts(unit)) {
          budget.left -= this.#enter(state + 1, at + 1, next)
        }
      }
      if (next.length === 0) return false
      states = next
    }
    return states.some((state) => this.#steps[state]?.kind === 'end')
  }

  /** Adds a step, and all that follow it without a unit. Returns how many were looked at. */
  #enter(first: number, at: number, states: number[]): number {
    const pending = [first]
    let entered = 0
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      entered += 1
      if (this.#enteredAt[state] === at) continue
      this.#enteredAt[state] = at
      const step = this.#steps[state]
      if (step?.kind === 'go') pending.push(...step.to)
      else states.push(state)
    }
    return entered
  }

  #push(step: Step): number {
    if (this.#steps.length >= MOST_STEPS) {
      throw new GlobSyntaxError(`expected a glob of at most ${MOST_STEPS} steps`)
    }
    return this.#steps.push(step) - 1
  }

  #add(part: GlobPart): void {
    switch (part.kind) {
      case 'unit':
        this.#push(part)
        break
      case 'text':
        for (let at = 0; at < part.text.length; at += 1) {
          const expected = part.text.charCodeAt(at)
          this.#push({ kind: 'unit', accepts: (unit) => unit === expected })
        }
        break
      case 'sequence':
        for (const each of part.parts) this.#add(each)
        break
      case 'choice':
        this.#addChoice(part.options)
        break
      case 'repeat':
        this.#addRepeat(part)
    }
  }

  #addChoice(options: readonly GlobPart[]): void {
    const starts: number[] = []
    const ends: number[] = []
    const choice = this.#push({ kind: 'end' })
    for (const option of options) {
      starts.push(this.#steps.length)
      this.#add(option)
      ends.push(this.#push({ kind: 'end' }))
    }
    const to = [this.#steps.length]
    this.#steps[choice] = { kind: 'go', to: starts }
    for (const end of ends) this.#steps[end] = { kind: 'go', to }
  }

  #addRepeat({ part, least, most }: Extract<GlobPart, { kind: 'repeat' }>): void {
    const before = this.#push({ kind: 'end' })
    this.#add(part)
    const after = this.#push({ kind: 'end' })
    const beyond = after + 1
    this.#steps[before] = { kind: 'go', to: least === 0 ? [before + 1, beyond] : [before + 1] }
    this.#steps[after] = { kind: 'go', to: most === 'any' ? [before + 1, beyond] : [beyond] }
  }
}

/** The text with which a glob begins. */
function prefixOf({ parts }: GlobSequence): string {
  let prefix = ''
  for (const each of parts) {
    if (each.kind !== 'text') break
    prefix += each.text
  }
  return prefix
}
