import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runWorkers } from '../../../src/cli/cluster/run-workers.js'
import { proxy } from '../../../src/cli/proxy.js'
import { serve } from '../../../src/cli/serve.js'
import { readEnvironment } from '../../../src/cli/settings/environment.js'
import { SETTINGS_SCHEMA, type VariableName } from '../../../src/cli/settings/schema.js'
import type { Setting } from '../../../src/cli/settings/setting.js'
import { labelledError, settingLabels } from '../../../src/cli/settings/setting-labels.js'
import { LastbyteError } from '../../../src/errors.js'
import { AddedListeners } from '../../fixture/added-listeners.js'
import { Folder } from '../../fixture/files.js'

const names = Object.keys(SETTINGS_SCHEMA) as VariableName[]
const flagOf = (name: VariableName) => SETTINGS_SCHEMA[name].flag.split(' ')[0] || 'DIR'

/** Settings whose schema refuses this text; a text is refused later, where it is used. */
const checked = names.filter((name) => {
  const { schema }: Setting = SETTINGS_SCHEMA[name]
  return schema.type !== 'string' || schema.enum !== undefined || schema.pattern !== undefined
})
const BAD = 'né\u0001 "?'

describe('Errors of settings', () => {
  const home = process.cwd()
  let folder: Folder
  beforeEach(() => {
    folder = new Folder()
    process.chdir(folder.path)
  })
  afterEach(() => {
    process.chdir(home)
    folder[Symbol.dispose]()
  })

  it.each(checked)('name %s as it was given: by flag, variable or .env', (name) => {
    const read = (flags: object, environment: NodeJS.ProcessEnv) => () =>
      readEnvironment(flags, environment)
    expect(read({ [name]: BAD }, { [name]: 'x' })).toThrow(`${flagOf(name)}: expected `)
    expect(read({}, { [name]: BAD })).toThrow(new RegExp(`^${name}: expected `))
    folder.write('.env', `${name}='${BAD}'\n`)
    expect(read({}, {})).toThrow(`.env: ${name}: expected `)
  })

  it('cover all kinds of settings', () => {
    expect(checked.length).toBeGreaterThan(35)
    const labels = settingLabels({ flags: {}, environment: {}, dotEnv: {} })
    expect(Object.keys(labels)).toEqual(names)
    for (const name of names) expect(labels[name]).toMatch(/^(--[a-z0-9-]+|DIR)$/)
  })

  it.each([
    ['zeroCopy', '--zero-copy'],
    ['retryFor', '--retry-for'],
    ['redirects[0]', '--redirects'],
    ['prefix', '--prefix'],
    ['stall', '--source-timeout'],
    ['TLS_CERT', '--tls-cert'],
  ])('give the option %s its flag', (setting, label) => {
    const labels = settingLabels({ flags: {}, environment: {}, dotEnv: {} })
    const error = new LastbyteError('BAD_SETTING', `${setting}: expected more`, { setting })
    expect(labelledError(error, labels)).toMatchObject({
      message: `${label}: expected more`,
      facts: { setting: label },
    })
  })

  it.each([
    ['another error', new TypeError('port: x')],
    ['another code', new LastbyteError('BAD_FAULT', 'kind: x', { setting: 'PORT' })],
    ['no setting', new LastbyteError('BAD_SETTING', 'PORT: x')],
    ['an unknown setting', new LastbyteError('BAD_SETTING', 'x: y', { setting: 'x' })],
    ['a message of its own', new LastbyteError('BAD_SETTING', 'no PORT', { setting: 'PORT' })],
  ])('leave %s as it is', (_what, error) => {
    expect(labelledError(error, { PORT: '--port' })).toBe(error)
  })
})

describe('Errors of settings that are found later', () => {
  const added = ['SIGTERM', 'SIGINT', 'SIGHUP'].map((name) => new AddedListeners(process, name))
  afterEach(() => {
    for (const listeners of added) listeners.remove()
  })

  const SERVE = { PORT: '0', LOG_LEVEL: 'silent', MEDIA_ROOT: 'media' }
  it.each<[string, VariableName, string]>([
    ['a folder that does not exist', 'MEDIA_ROOT', '/none/here'],
    ['a certificate without a key', 'TLS_CERT', 'x.pem'],
    ['a host that does not resolve', 'HOST', 'no host'],
    ['a scenario without faults', 'FAULT_SCENARIO', '/none'],
    ['an unknown proxy', 'TRUST_PROXY', 'everyone'],
    ['an address of the admin listener', 'ADMIN', 'nowhere:x'],
  ])('name %s (%s) by its flag and by its variable', async (_what, name, value) => {
    // A missing key is named, not the certificate.
    const named = name === 'TLS_CERT' ? 'TLS_KEY' : name
    await expect(runWorkers({ ...SERVE, [name]: value }, serve)).rejects.toThrow(
      new RegExp(`^${flagOf(named)}: expected`),
    )
    if (named !== name) return
    const { [name as 'PORT']: _given, ...others } = SERVE
    process.env[name] = value
    try {
      await expect(runWorkers(others, serve)).rejects.toThrow(new RegExp(`^${name}: expected`))
    } finally {
      delete process.env[name]
    }
  })

  it('name an origin of --redirects that is none', async () => {
    const run = runWorkers({ ...SERVE, REDIRECTS: 'no-origin' }, (environment) =>
      proxy('http://127.0.0.1:1', environment),
    )
    await expect(run).rejects.toThrow(/^--redirects/)
  })
})
