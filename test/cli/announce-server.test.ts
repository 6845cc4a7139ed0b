import { describe, expect, it } from 'vitest'
import {
  type AnnouncedSettings,
  announceServer,
  listenQuietly,
} from '../../src/cli/announce-server.js'
import { qrCode } from '../../src/cli/qr-code.js'
import type { Interfaces } from '../../src/cli/serving-urls.js'

const SETTINGS: AnnouncedSettings = {
  LOG_LEVEL: 'info',
  TLS_CERT: '',
  QR: true,
  PREFIX: '/',
  TRUST_PROXY: '',
}

const INTERFACES: Interfaces = {
  eth0: ['192.168.1.5', '10.0.0.9'].map((address) => ({
    address,
    family: 'IPv4',
    netmask: '',
    mac: '',
    internal: false,
    cidr: null,
  })),
}

interface Scene {
  address?: string
  settings?: Partial<AnnouncedSettings>
  isTTY?: boolean
  columns?: number
  variables?: NodeJS.ProcessEnv
  paths?: string[]
}

function printed(scene: Scene): string {
  const { address = '0.0.0.0', settings, isTTY, columns, variables = {}, paths = [] } = scene
  let text = ''
  const write = (each: string | Uint8Array) => {
    text += each
    return true
  }
  announceServer(
    [{ address, port: 8080 }, ...paths],
    { ...SETTINGS, ...settings },
    {
      out: { isTTY: isTTY as true, columns: columns as number, write },
      variables,
      interfaces: INTERFACES,
    },
  )
  return text
}

const LINES = `  On this computer: http://127.0.0.1:8080/
  On your network:  http://192.168.1.5:8080/
                    http://10.0.0.9:8080/
`

function codeOf(style: 'coloured' | 'plain'): string {
  return (qrCode('http://192.168.1.5:8080/', 77, style) ?? []).map((line) => `  ${line}\n`).join('')
}

describe('announceServer', () => {
  it('prints the URLs of this computer and of the network', () => {
    expect(printed({})).toBe(LINES)
  })

  it('prints https for a server with a certificate', () => {
    const text = printed({ settings: { TLS_CERT: 'cert.pem' } })
    expect(text).toContain('https://192.168.1.5:8080/\n')
    expect(text).not.toContain('http://')
  })

  it('prints the prefix', () => {
    const text = printed({ settings: { PREFIX: '/films/' } })
    expect(text).toContain('http://127.0.0.1:8080/films/\n')
    expect(text).toContain('http://192.168.1.5:8080/films/\n')
  })

  it('prints the paths of Unix sockets, escaped, and no hint where sockets were passed on', () => {
    const settings = { sockets: [{ fd: 3, name: 'web' }] }
    expect(
      printed({ address: '127.0.0.1', settings, paths: ['/run/a.sock', '/run/\x1b.sock'] }),
    ).toBe(
      `  On this computer: http://127.0.0.1:8080/
  On a Unix socket: /run/a.sock
  On a Unix socket: /run/\\u001b.sock
`,
    )
  })

  it.each(['127.0.0.1', '::1'])('says how the network reaches a server at %s', (address) => {
    const text = printed({ address, isTTY: true, columns: 80 })
    expect(text).toMatch(/^ {2}On this computer: http:\S+:8080\/\n/)
    expect(text).toMatch(/\n {2}Only this computer can reach it\. .*: --host 0\.0\.0\.0\n$/)
  })

  it('says nothing of the network where a proxy is in front', () => {
    const settings = { TRUST_PROXY: 'loopback' }
    expect(printed({ address: '127.0.0.1', settings })).toBe(
      '  On this computer: http://127.0.0.1:8080/\n',
    )
  })

  it('prints only the address at which it listens', () => {
    expect(printed({ address: '10.0.0.9' })).toBe('  On your network:  http://10.0.0.9:8080/\n')
  })

  it('prints a code for the first URL of the network on a terminal', () => {
    expect(printed({ isTTY: true, columns: 80 })).toBe(`${LINES}\n${codeOf('coloured')}\n`)
  })

  it('prints the code without colours where NO_COLOR is set', () => {
    const text = printed({ isTTY: true, columns: 200, variables: { NO_COLOR: '1' } })
    expect(text).toBe(`${LINES}\n${codeOf('plain')}\n`)
    const empty = printed({ isTTY: true, variables: { NO_COLOR: '' } })
    expect(empty).toContain(codeOf('coloured'))
  })

  it('prints the code on a terminal that does not know its width', () => {
    expect(printed({ isTTY: true, columns: 0 })).toContain(codeOf('coloured'))
  })

  it.each<[string, Scene]>([
    ['no terminal', { isTTY: false }],
    ['a dumb terminal', { isTTY: true, variables: { TERM: 'dumb' } }],
    ['--no-qr', { isTTY: true, settings: { QR: false } }],
    ['a narrow terminal', { isTTY: true, columns: 28 }],
  ])('prints no code for %s', (_what, scene) => {
    expect(printed(scene)).toBe(LINES)
  })

  it.each(['warn', 'error', 'fatal', 'silent'])('prints nothing at the log level %s', (level) => {
    expect(printed({ isTTY: true, settings: { LOG_LEVEL: level } })).toBe('')
  })
})

describe('listenQuietly', () => {
  const terminal = { isTTY: true as const }
  const file = { isTTY: undefined as unknown as true }
  const levelWhile = async (level: string, terminals: { isTTY: true }[]) => {
    const log = { level }
    let meanwhile = ''
    const listen = async () => {
      meanwhile = log.level
      throw new Error('port in use')
    }
    await expect(listenQuietly(log, listen, terminals)).rejects.toThrow('port in use')
    expect(log.level).toBe(level)
    return meanwhile
  }

  it.each(['info', 'debug', 'trace'])(
    'logs no address at the level %s on a terminal',
    async (level) => {
      expect(await levelWhile(level, [terminal, terminal])).toBe('warn')
    },
  )

  it('logs it where the log or the announcement is no terminal', async () => {
    expect(await levelWhile('info', [file, terminal])).toBe('info')
    expect(await levelWhile('info', [terminal, file])).toBe('info')
  })

  it.each(['warn', 'error', 'silent'])(
    'leaves the level %s, at which nothing is announced',
    async (level) => {
      expect(await levelWhile(level, [terminal, terminal])).toBe(level)
    },
  )
})
