import { randomBytes } from 'node:crypto'
import { LastbyteError } from '../errors.js'
import { addressGroup } from '../http/client-address.js'
import { matchesAny } from '../http/path-glob.js'
import { readAccessCookies } from './access-cookie.js'
import type { AccessOptions } from './access-options.js'
import type { AccessSubject } from './access-subject.js'
import { type EntrySource, openEntries } from './entry-source.js'
import type { Grant } from './grant.js'
import {
  judgeScopes,
  judgeSignature,
  type SignatureContext,
  type SignatureVerdict,
  type SignedPermission,
} from './judge-signature.js'
import { parseKeyLine, type UrlKey } from './key-line.js'
import { PasswordGate } from './password-gate.js'
import { hashOfNobody } from './password-hash.js'
import { readBasic, readBearer } from './read-authorization.js'
import type { ReportProblem } from './reloaded-file.js'
import { coversCompanion } from './signed-scope.js'
import { findToken, parseTokenLine, type Token } from './token-line.js'
import { parseUserLine, type User } from './user-line.js'

/** What decides about a request. */
export interface AccessRequest {
  readonly method: string
  readonly subject: AccessSubject
  /** With or without its question mark. */
  readonly query: string
  readonly authorization: string | undefined
  readonly cookie: string | undefined
  /** The address of the client. */
  readonly address: string
}

export type AccessVerdict =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | {
      readonly kind: 'refused'
      readonly status: 401 | 403 | 503
      readonly detail: string
      /** The values of WWW-Authenticate. */
      readonly challenges: readonly string[]
    }

const EVERYTHING = { kind: 'granted', grant: { kind: 'everything' } } as const
const PUBLIC = { kind: 'granted', grant: { kind: 'public' } } as const

/** Decides who may use a registration. */
export class AccessControl {
  readonly #passwords = new PasswordGate()
  readonly #secret = randomBytes(32)
  readonly #isPublic: (key: string) => boolean
  readonly #challenges: readonly string[]

  private constructor(
    options: Readonly<AccessOptions>,
    private readonly users: EntrySource<User>,
    private readonly tokens: EntrySource<Token>,
    private readonly keys: EntrySource<UrlKey>,
  ) {
    const { realm = 'lastbyte' } = options
    this.#isPublic = matchesAny(options.public ?? [])
    this.#challenges = [
      ...(options.users === undefined ? [] : [`Basic realm="${realm}", charset="UTF-8"`]),
      ...(options.tokens === undefined ? [] : [`Bearer realm="${realm}"`]),
    ]
  }

  /** @throws LastbyteError BAD_SETTING for a file that can't be read, and a line that is malformed */
  static async open(
    options: Readonly<AccessOptions>,
    report: ReportProblem,
  ): Promise<AccessControl> {
    const { users, tokens, keys } = options
    return new AccessControl(
      options,
      await openEntries('access.users', users, { parseLine: parseUserLine, report }),
      await openEntries('access.tokens', tokens, { parseLine: parseTokenLine, report }),
      await openEntries('access.keys', keys, { parseLine: parseKeyLine, report }),
    )
  }

  /** Whether credentials are of a scheme that this registration asks for: a browser sends them to public URLs too. */
  asksFor(authorization: string): boolean {
    const [scheme = ''] = authorization.trim().toLowerCase().split(' ')
    return this.#challenges.some((challenge) => challenge.toLowerCase().startsWith(`${scheme} `))
  }

  /** @param key of a file or folder below the prefix */
  isPublic(key: string): boolean {
    return this.#isPublic(key)
  }

  async judge(request: AccessRequest): Promise<AccessVerdict> {
    const { subject, authorization } = request
    if (subject.kind === 'open') return PUBLIC
    if (subject.kind === 'file' && this.#isPublic(subject.key)) return PUBLIC
    const signed = await this.#judgeSigned(request)
    if (signed.kind === 'granted') return { kind: 'granted', grant: signed.grant }
    const token = readBearer(authorization)
    if (token !== undefined) {
      const found = findToken(await this.tokens.current(), token, Date.now())
      if (found !== undefined) return EVERYTHING
      if (subject.kind === 'watcher') return { kind: 'granted', grant: { kind: 'own-token' } }
    }
    const byPassword = await this.#judgePassword(request)
    return byPassword ?? this.#refusal(signed.verdict, authorization)
  }

  /** undefined: the request has no password, or a wrong one. */
  async #judgePassword({ authorization, address }: AccessRequest) {
    const sent = readBasic(authorization)
    const users = await this.users.current()
    if (sent === undefined || users.length === 0) return undefined
    const user = users.find(({ name }) => name === sent.name)
    const costs = users.map(({ password }) => password)
    const password = user?.password ?? hashOfNobody(sent.name, { secret: this.#secret, costs })
    try {
      const group = addressGroup(address)
      const isRight = await this.#passwords.verify(sent.password, password, group)
      return isRight && user !== undefined ? EVERYTHING : undefined
    } catch (error) {
      if (!(error instanceof LastbyteError) || error.code !== 'SOURCE_BUSY') throw error
      const detail = 'Too many passwords are being checked. Try again in a moment.'
      return { kind: 'refused', status: 503, detail, challenges: [] } as const
    }
  }

  /** Judges the signature of the URL, and those in cookies. */
  async #judgeSigned(request: AccessRequest): Promise<SignedVerdict> {
    const { subject, method, query, cookie, address } = request
    const keys = await this.keys.current()
    const context = { keys, address, now: Date.now() }
    const path = subject.kind === 'file' ? subject.path : ''
    const verdict = judgeSignature(query, path, context)
    const isReading = method === 'GET' || method === 'HEAD'
    if (subject.kind !== 'file' || !isReading) return { kind: 'none', verdict: hidden(verdict) }
    const fresh = verdict.kind === 'valid' ? verdict.permission : undefined
    const kept = permissionsOf(cookie, context)
    const permissions = fresh === undefined ? kept : [fresh, ...kept]
    if (!permissions.some(({ scope }) => coversCompanion(scope, path))) {
      return { kind: 'none', verdict }
    }
    return { kind: 'granted', grant: { kind: 'signed', permissions, fresh } }
  }

  #refusal(verdict: SignatureVerdict, authorization: string | undefined): AccessVerdict {
    const challenges = this.#challenges
    if (verdict.kind === 'expired') {
      const at = new Date(verdict.expires).toUTCString()
      return refused(403, `The link has expired (${at}). Ask for a new one.`)
    }
    if (verdict.kind !== 'absent') {
      return refused(403, 'The signature of this link does not permit this request.')
    }
    if (challenges.length === 0) return refused(403, 'Only signed links are permitted here.')
    const detail =
      authorization === undefined
        ? 'Send credentials, or open a signed link.'
        : 'The credentials are wrong, or have expired.'
    return { kind: 'refused', status: 401, detail, challenges }
  }
}

type SignedVerdict =
  | { readonly kind: 'granted'; readonly grant: Extract<Grant, { kind: 'signed' }> }
  | { readonly kind: 'none'; readonly verdict: SignatureVerdict }

/** A signature for something else, or for another method, must not tell whether it is right. */
function hidden(verdict: SignatureVerdict): SignatureVerdict {
  return verdict.kind === 'absent' ? verdict : { kind: 'wrong' }
}

function refused(status: 403, detail: string): AccessVerdict {
  return { kind: 'refused', status, detail, challenges: [] }
}

/** The permissions in cookies whose signatures are valid. */
function permissionsOf(cookie: string | undefined, context: SignatureContext): SignedPermission[] {
  return readAccessCookies(cookie).flatMap(({ scope, parameters }) => {
    const verdict = judgeScopes(parameters, [scope], context)
    return verdict.kind === 'valid' ? [verdict.permission] : []
  })
}
