export type ServingCommand = 'serve' | 'proxy'

/** A setting of the command. The name of its variable is its key in the schema. */
export interface Setting {
  /** As commander declares it, such as `--port <number>`; empty for a setting without a flag. */
  readonly flag: string
  /** For the help. */
  readonly describe: string
  /** What a value must be, for the error message: it follows "expected". */
  readonly expected: string
  /** JSON Schema of the value, with its default. */
  readonly schema: Readonly<Record<string, unknown>>
  /** The only command that has the setting; absent if all commands have it. */
  readonly only?: ServingCommand
  /** Whether the flag may be given several times: its values are joined by spaces. */
  readonly repeats?: boolean
}

const DURATION = '^\\d+(\\.\\d+)?(ms|s|m|h|d)$'

export const duration = (describe: string, flag: string, fallback: string): Setting => ({
  flag: `--${flag} <time>`,
  describe,
  expected: 'a time such as 500ms, 30s or 10m',
  schema: { type: 'string', pattern: DURATION, default: fallback },
})

export const choice = (describe: string, flag: string, names: readonly string[]): Setting => ({
  flag: `--${flag} <${names.join('|')}>`,
  describe,
  expected: `one of ${names.join(', ')}`,
  schema: { type: 'string', enum: names, default: names[0] },
})

export const limit = (describe: string, flag: string): Setting => ({
  flag: `--${flag} <number>`,
  describe,
  expected: 'a number from 1 to 9999999, 0 for no limit, or auto',
  schema: { type: 'string', pattern: '^(auto|\\d{1,7})$', default: 'auto' },
})

export const text = (describe: string, flag: string, expected: string): Setting => ({
  flag,
  describe,
  expected,
  schema: { type: 'string', default: '' },
})

export const onOff = (describe: string, flag: string): Setting => ({
  flag: `--${flag}`,
  describe,
  expected: 'true or false',
  schema: { type: 'boolean', default: false },
})

export const bytes = (describe: string, flag: string, fallback: string): Setting => ({
  flag: `--${flag} <size>`,
  describe,
  expected: 'a number of bytes, or a size such as 64M',
  schema: { type: 'string', pattern: '^\\d{1,12}[KMG]?$', default: fallback },
})
