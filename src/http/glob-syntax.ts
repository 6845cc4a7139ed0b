/** A part of a glob. A unit is one UTF-16 code unit. */
export type GlobPart =
  | { readonly kind: 'unit'; readonly accepts: (unit: number) => boolean }
  | { readonly kind: 'text'; readonly text: string }
  | GlobSequence
  | { readonly kind: 'choice'; readonly options: readonly GlobPart[] }
  | {
      readonly kind: 'repeat'
      readonly part: GlobPart
      readonly least: 0 | 1
      readonly most: 1 | 'any'
    }

/** Parts one after the other, as a whole glob is. */
export interface GlobSequence {
  readonly kind: 'sequence'
  readonly parts: readonly GlobPart[]
}

/** Why a glob is refused. */
export class GlobSyntaxError extends Error {}

/** Groups within groups, and texts of one range. */
const MOST_LEVELS = 20
const MOST_TEXTS = 1000

const SLASH = 47
const NOT_SLASH: GlobPart = { kind: 'unit', accepts: (unit) => unit !== SLASH }
const ANY: GlobPart = { kind: 'unit', accepts: () => true }
const anyOf = (part: GlobPart, least: 0 | 1 = 0): GlobPart => {
  return { kind: 'repeat', part, least, most: 'any' }
}
const optional = (...parts: GlobPart[]): GlobPart => {
  return { kind: 'repeat', part: { kind: 'sequence', parts }, least: 0, most: 1 }
}
const textOf = (text: string): GlobPart => ({ kind: 'text', text })

/**
 * Parses a glob: `*`, `**`, `?`, `[a-z]`, `[!a]`, `{a,b}`, `{1..9}`, `(a|b)` with `@`, `?`, `*` or `+` before it, and
 * `\` before a character that stands for itself. A name may start with a dot.
 *
 * @throws GlobSyntaxError
 */
export function parseGlob(glob: string): GlobSequence {
  return new Parser(glob).whole()
}

class Parser {
  #at = 0
  #level = 0

  constructor(private readonly glob: string) {}

  whole(): GlobSequence {
    const parts: GlobPart[] = []
    let last = ''
    while (this.#at < this.glob.length) {
      last = this.glob.charAt(this.#at)
      if (last === '*' && this.#isSegmentStart() && this.#globstar(parts)) last = ''
      else this.#part(parts)
    }
    // As a shell lists `a/*`, whose folders have a slash at their end.
    if (last === '*' || last === '[') parts.push(optional(textOf('/')))
    return { kind: 'sequence', parts }
  }

  #isSegmentStart(): boolean {
    return this.#at === 0 || this.glob[this.#at - 1] === '/'
  }

  /** Adds `**` as a whole segment: any number of segments. Returns false for anything else. */
  #globstar(parts: GlobPart[]): boolean {
    const stars = /^\*\*(?=\/|$)/.exec(this.glob.slice(this.#at, this.#at + 3))
    if (stars === null) return false
    const start = this.#at
    this.#at += 2
    const isLast = this.#at === this.glob.length
    if (!isLast) this.#at += 1
    if (start === 1) parts.push(anyOf(ANY), ...(isLast ? [] : [textOf('/')]))
    else if (start === 0) parts.push(isLast ? anyOf(ANY) : optional(anyOf(ANY), textOf('/')))
    else if (!isLast) parts.push(optional(anyOf(ANY), textOf('/')))
    else {
      // `/films/**` matches `/films` too.
      parts.pop()
      parts.push(optional(textOf('/'), anyOf(ANY)))
    }
    return true
  }

  /** Adds the next part. */
  #part(parts: GlobPart[]): void {
    const start = this.#at
    const character = this.glob.charAt(start)
    const next = this.glob[start + 1]
    if (next === '(' && '@?*+!'.includes(character) && this.#closing(start + 1) !== undefined) {
      this.#at += 1
      parts.push(this.#group(character))
      return
    }
    this.#at += 1
    switch (character) {
      case '*':
        parts.push(this.#star(start))
        break
      case '?':
        parts.push(NOT_SLASH)
        break
      case '[':
        parts.push(this.#unitClass())
        break
      case '{':
        parts.push(this.#braces())
        break
      case '(':
        this.#at = start
        parts.push(this.#closing(start) === undefined ? this.#text('(') : this.#group('@'))
        break
      case '\\':
        parts.push(textOf(next ?? '\\'))
        if (next !== undefined) this.#at += 1
        break
      default:
        parts.push(textOf(character))
    }
  }

  #text(character: string): GlobPart {
    this.#at += 1
    return textOf(character)
  }

  /** A star that is a whole segment stands for at least one character. */
  #star(start: number): GlobPart {
    while (this.glob[this.#at] === '*' && this.glob[this.#at + 1] !== '(') this.#at += 1
    const isStart = start === 0 || this.glob[start - 1] === '/'
    const isEnd = this.#at === this.glob.length || this.glob[this.#at] === '/'
    return anyOf(NOT_SLASH, isStart && isEnd && this.#at === start + 1 ? 1 : 0)
  }

  /** `[a-z]`, `[!a-z]` or `[^a-z]`; a bracket without an end stands for itself. */
  #unitClass(): GlobPart {
    const found = /^([!^]?)((?:\\.|\[:|[^\\])(?:\\.|[^\]\\])*)\]/s.exec(this.glob.slice(this.#at))
    if (found === null) return textOf('[')
    const [all, negation, members = ''] = found
    if (members.includes('[:')) throw new GlobSyntaxError('expected a glob without [: :]')
    this.#at += all.length
    const ranges = [...members.matchAll(/(?:\\(.)|(.))(?:-(?:\\(.)|(.)))?/gs)].map(
      ([, escaped, plain, escapedEnd, plainEnd]) => {
        const from = (escaped ?? (plain as string)).charCodeAt(0)
        return [from, (escapedEnd ?? plainEnd)?.charCodeAt(0) ?? from] as const
      },
    )
    const isIn = (unit: number) => ranges.some(([from, to]) => from <= unit && unit <= to)
    const accepts = negation === '' ? isIn : (unit: number) => unit !== SLASH && !isIn(unit)
    return { kind: 'unit', accepts }
  }

  /** `{a,b}` or `{1..9}`; braces without a comma or two dots stand for themselves. */
  #braces(): GlobPart {
    const open = this.#at - 1
    const end = this.#closing(open)
    if (end === undefined) return textOf('{')
    const range = /^\{(?:(-?\d{1,9})\.\.(-?\d{1,9})|(.)\.\.(.))\}$/s.exec(
      this.glob.slice(open, Math.min(end + 1, open + 30)),
    )
    if (range !== null) {
      this.#at = end + 1
      return { kind: 'choice', options: textsOf(range).map(textOf) }
    }
    const options = this.#options(',', end)
    return options.length > 1
      ? { kind: 'choice', options }
      : { kind: 'sequence', parts: [textOf('{'), ...options, textOf('}')] }
  }

  /** `(a|b)`. The character before it is read already. */
  #group(quantifier: string): GlobPart {
    if (quantifier === '!') throw new GlobSyntaxError('expected a glob without !(…)')
    const end = this.#closing(this.#at) as number
    this.#at += 1
    const part: GlobPart = { kind: 'choice', options: this.#options('|', end) }
    if (quantifier === '@') return part
    const least = quantifier === '+' ? 1 : 0
    return { kind: 'repeat', part, least, most: quantifier === '?' ? 1 : 'any' }
  }

  /** The alternatives up to a closing bracket, which is read too. */
  #options(separator: string, end: number): GlobPart[] {
    this.#level += 1
    if (this.#level > MOST_LEVELS) {
      throw new GlobSyntaxError(`expected a glob with at most ${MOST_LEVELS} groups in each other`)
    }
    const options: GlobPart[][] = [[]]
    while (this.#at < end) {
      if (this.glob[this.#at] === separator) {
        this.#at += 1
        options.push([])
      } else this.#part(options.at(-1) as GlobPart[])
    }
    this.#at = end + 1
    this.#level -= 1
    return options.map((parts) => ({ kind: 'sequence', parts }))
  }

  /** The position of the bracket that closes the one at a position. */
  #closing(open: number): number | undefined {
    const [opening, closing] = this.glob[open] === '{' ? ['{', '}'] : ['(', ')']
    let level = 0
    for (let at = open; at < this.glob.length; at += 1) {
      const character = this.glob[at]
      if (character === '\\') at += 1
      else if (character === opening) level += 1
      else if (character === closing) level -= 1
      if (level === 0) return at
    }
    return undefined
  }
}

/** The texts of a range of numbers, or of characters. */
function textsOf([, first, last, from = '', to = '']: RegExpExecArray): string[] {
  const isNumber = first !== undefined
  const [a, b] = isNumber ? [Number(first), Number(last)] : [from.charCodeAt(0), to.charCodeAt(0)]
  const [low, high] = [Math.min(a, b), Math.max(a, b)]
  if (high - low >= MOST_TEXTS) {
    throw new GlobSyntaxError(`expected a glob whose ranges have at most ${MOST_TEXTS} values`)
  }
  const padded = isNumber && /^-?0\d/.test(`${first}`) ? `${first}`.length : 0
  return Array.from({ length: high - low + 1 }, (_none, index) => {
    const value = low + index
    return isNumber ? String(value).padStart(padded, '0') : String.fromCharCode(value)
  })
}
