/** The flags of `lastbyte faults` besides the settings that it shares with `lastbyte serve`. */
export interface FaultsFlags {
  /** Faults in the syntax of the request field, each for a rule of its own. */
  readonly fault: readonly string[]
  /** Which requests the rules of `fault` apply to: a glob of paths. Default: all. */
  readonly path?: string
  /** The most requests that get each of them. */
  readonly times?: string
  /** The path that precedes `/-/faults`. */
  readonly controlPrefix?: string
  readonly json?: true
}

/** The settings of `lastbyte serve` that the command has too. */
export const FAULTS_SETTINGS = [
  'HOST',
  'PORT',
  'TLS_CERT',
  'TLS_KEY',
  'INSECURE',
  'SOURCE_TIMEOUT',
  'STALL_TIMEOUT',
  'FAULT_SCENARIO',
  'FAULT_SEED',
  'FAULT_TOKEN',
  'FAULT_ACCESS',
  'FAULTS_IN_PRODUCTION',
] as const
