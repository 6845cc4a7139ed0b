import { LastbyteError } from '../../errors.js'
import { type RawValues, SETTINGS_SCHEMA, type VariableName } from './schema.js'

/** How an error names a setting: as it was typed. */
export type SettingLabels = Readonly<Partial<Record<VariableName, string>>>

/** Where settings were given. */
export interface SettingOrigins {
  readonly flags: RawValues
  readonly environment: RawValues
  readonly dotEnv: RawValues
}

/** Options of the package whose variable has another name. */
const RENAMED: Readonly<Record<string, VariableName>> = {
  zeroCopy: 'LASTBYTE_ZERO_COPY',
  stall: 'SOURCE_TIMEOUT',
  list: 'LIST',
}

/**
 * The name of each setting where it was given: `--port`, `PORT`, or `.env: PORT`. One that was not given has the name
 * by which it is given on the command line.
 */
export function settingLabels({ flags, environment, dotEnv }: SettingOrigins): SettingLabels {
  const names = Object.keys(SETTINGS_SCHEMA) as VariableName[]
  const labelOf = (name: VariableName) => {
    if (flags[name] !== undefined) return flagOf(name)
    if (environment[name] !== undefined) return name
    return dotEnv[name] === undefined ? flagOf(name) : `.env: ${name}`
  }
  return Object.fromEntries(names.map((name) => [name, labelOf(name)]))
}

/** An error of a setting under the name by which it was given; any other value as it is. */
export function labelledError(error: unknown, labels: SettingLabels | undefined): unknown {
  if (!(error instanceof LastbyteError) || error.code !== 'BAD_SETTING') return error
  const { setting } = error.facts
  if (typeof setting !== 'string' || !error.message.startsWith(`${setting}:`)) return error
  const variable = variableOf(setting)
  const label = variable && labels?.[variable]
  if (label === undefined) return error
  const message = label + error.message.slice(setting.length)
  return new LastbyteError(
    error.code,
    message,
    { ...error.facts, setting: label },
    { cause: error },
  )
}

/** The flag without its value: `--port`; the argument of the folder has none. */
function flagOf(name: VariableName): string {
  const [flag] = SETTINGS_SCHEMA[name].flag.split(' ')
  return flag || 'DIR'
}

/** The variable of a setting: `retryFor`, or `redirects[0]`, is an option of the package. */
function variableOf(setting: string): VariableName | undefined {
  const [option = ''] = setting.split(/[.[]/)
  const name = RENAMED[option] ?? option.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
  return name in SETTINGS_SCHEMA ? (name as VariableName) : undefined
}
