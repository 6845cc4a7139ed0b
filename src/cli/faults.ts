import { randomInt } from 'node:crypto'
import { LastbyteError } from '../errors.js'
import { parseFaultField } from '../fault/fault-header.js'
import type { FaultRule } from '../fault/fault-rule.js'
import { MATCH } from '../fault/request-match.js'
import { faultProxy } from '../testing/fault-proxy.js'
import type { FaultListener } from '../testing/fault-scope.js'
import { faultServer } from '../testing/fault-server.js'
import { EXIT_CODES } from './exit-codes.js'
import { failureLog } from './failure-log.js'
import { FaultReport } from './fault-report.js'
import type { FaultsFlags } from './faults-flags.js'
import { listenError } from './listen.js'
import { readScenario, type Scenario } from './open-faults.js'
import { type Environment, readEnvironment } from './settings/environment.js'
import type { RawValues } from './settings/schema.js'
import { readTls } from './tls/read-tls.js'
import { usageError } from './usage-error.js'

/** The number of seeds. */
const SEEDS = 2 ** 32
/** A stream may be silent for long, and so may a client: only what is armed breaks a response. */
const PATIENCE = '1d'

/**
 * Listens in front of a server, or of a folder, and injects faults into its responses until a signal stops it. Prints the
 * journal as it settles.
 *
 * @param target the origin such as `http://127.0.0.1:9000`, or a folder
 * @throws LastbyteError BAD_SETTING for a flag, and where it can't listen
 */
export async function faults(
  target: string,
  flags: FaultsFlags,
  settings: RawValues,
): Promise<void> {
  const environment = readEnvironment(
    {
      SOURCE_TIMEOUT: process.env.SOURCE_TIMEOUT || PATIENCE,
      STALL_TIMEOUT: process.env.STALL_TIMEOUT || PATIENCE,
      ...settings,
    },
    process.env,
  )
  const given = rulesOf(flags)
  const { FAULT_SCENARIO } = environment
  const scenario = FAULT_SCENARIO === '' ? { rules: [] } : readScenario(FAULT_SCENARIO)
  const listener = await listen(target, environment, scenario, flags)
  try {
    arm(listener, FAULT_SCENARIO, scenario.rules)
    arm(listener, '--fault', given)
  } catch (error) {
    await listener.close()
    throw error
  }
  const report = new FaultReport(listener.faults, process.stdout, flags.json ? 'json' : 'text')
  const { FAULT_TOKEN, TLS_CERT, HOST } = environment
  report.begin(listener, {
    target,
    token: FAULT_TOKEN,
    host: HOST,
    TLS_CERT,
    PREFIX: flags.controlPrefix ?? '',
  })
  await stopped()
  await listener.close()
  await listener.faults.settled()
  report.end()
}

/** The rules of `--fault`. @throws LastbyteError BAD_SETTING */
export function rulesOf({
  fault,
  path,
  times,
}: Pick<FaultsFlags, 'fault' | 'path' | 'times'>): FaultRule[] {
  if (path !== undefined && !MATCH.path.accepts(path)) {
    throw usageError('--path', `expected ${MATCH.path.expected}`, path)
  }
  if (times !== undefined && !/^[1-9]\d{0,8}$/.test(times)) {
    throw usageError('--times', 'expected a whole number from 1 to 999999999', times)
  }
  if (fault.length === 0 && (path ?? times) !== undefined) {
    throw usageError(path === undefined ? '--times' : '--path', 'expected --fault as well')
  }
  return fault.map((field) => ({
    ...(path !== undefined && { match: { path } }),
    ...(times !== undefined && { times: Number(times) }),
    fault: faultsOf(field),
  }))
}

function faultsOf(field: string) {
  try {
    const parsed = parseFaultField(field)
    if (parsed.length > 0) return parsed
  } catch (error) {
    throw usageError('--fault', (error as Error).message.replace(/^Lastbyte-Fault: /, ''))
  }
  throw usageError('--fault', "expected a fault, such as 'truncate;at=1000'", field)
}

function arm({ faults: layer }: FaultListener, name: string, rules: readonly FaultRule[]): void {
  try {
    layer.armAll(rules)
  } catch (error) {
    throw usageError(name === '--fault' ? name : 'FAULT_SCENARIO', (error as Error).message)
  }
}

async function listen(
  target: string,
  environment: Environment,
  scenario: Scenario,
  { controlPrefix }: FaultsFlags,
): Promise<FaultListener> {
  const { HOST: host, PORT: port, FAULT_SEED, FAULT_TOKEN, FAULT_ACCESS } = environment
  const tls = readTls(environment)?.files
  const seed = FAULT_SEED === '' ? (scenario.seed ?? randomInt(SEEDS)) : Number(FAULT_SEED)
  const options = {
    host,
    port,
    access: FAULT_ACCESS,
    inProduction: environment.FAULTS_IN_PRODUCTION,
    stallTimeout: environment.STALL_TIMEOUT,
    sourceTimeout: environment.SOURCE_TIMEOUT,
    seed,
    ...(FAULT_TOKEN !== '' && { token: FAULT_TOKEN }),
    ...(tls && { tls }),
    ...(controlPrefix !== undefined && { controlPrefix }),
    logger: failureLog(process.stderr),
  }
  try {
    if (!/^https?:/i.test(target)) return await faultServer({ root: target, ...options })
    return await faultProxy({ origin: target, insecure: environment.INSECURE, ...options })
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? asTyped(error)
      : listenError(error as NodeJS.ErrnoException, host, port)
  }
}

/** The arguments and flags of options that are no settings. */
const TYPED: Readonly<Record<string, string>> = {
  root: 'TARGET',
  origin: 'TARGET',
  controlPrefix: '--control-prefix',
}

/** An error of an option under the name of its argument or flag. */
function asTyped(error: unknown): unknown {
  if (!(error instanceof LastbyteError)) return error
  const setting = String(error.facts.setting)
  const name = TYPED[setting]
  if (name === undefined) return error
  const problem = error.message.slice(`${setting}: `.length)
  const server = 'expected a server such as http://127.0.0.1:9000, or a folder'
  return usageError(name, problem.replace(/^expected a folder/, server))
}

/** Resolves at the first signal; a second one ends the process. */
function stopped(): Promise<void> {
  let isStopping = false
  return new Promise((resolve) => {
    const stop = () => {
      if (isStopping) process.exit(EXIT_CODES.interrupted)
      isStopping = true
      resolve()
    }
    process.on('SIGTERM', stop).on('SIGINT', stop)
  })
}
