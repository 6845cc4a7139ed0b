export type ServingCommand = 'serve' | 'proxy'

/** A setting of the command: a flag, a variable, a default, and what it wants. */
export interface Setting {
  readonly flag: string
  readonly describe: string
  readonly wants: string
  readonly schema: Readonly<Record<string, unknown>>
  /** The one command that takes it, where not all do. */
  readonly only?: ServingCommand
}

const DURATION = '^\\d+(\\.\\d+)?(ms|s|m|h|d)$'

export const duration = (describe: string, flag: string, fallback: string): Setting => ({
  flag: `--${flag} <time>`,
  describe,
  wants: 'a time such as 500ms, 30s or 10m, up to 24d',
  schema: { type: 'string', pattern: DURATION, default: fallback },
})

export const choice = (describe: string, flag: string, names: readonly string[]): Setting => ({
  flag: `--${flag} <${names.join('|')}>`,
  describe,
  wants: `one of ${names.join(', ')}`,
  schema: { type: 'string', enum: names, default: names[0] },
})

export const text = (describe: string, flag: string, wants: string): Setting => ({
  flag,
  describe,
  wants,
  schema: { type: 'string', default: '' },
})

export const onOff = (describe: string, flag: string): Setting => ({
  flag: `--${flag}`,
  describe,
  wants: 'true or false',
  schema: { type: 'boolean', default: false },
})

export const bytes = (describe: string, flag: string, fallback: string): Setting => ({
  flag: `--${flag} <size>`,
  describe,
  wants: 'bytes, or a size such as 64M',
  schema: { type: 'string', pattern: '^\\d{1,12}[KMG]?$', default: fallback },
})
