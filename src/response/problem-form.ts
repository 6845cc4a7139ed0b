import type { FastifyReply } from 'fastify'
import { prefersPage } from '../http/prefers-page.js'
import { problem } from '../http/problem.js'
import { splitTarget } from '../http/request-target.js'
import { parseRetryAfter } from '../http/retry-after.js'
import { PAGE_FIELDS, upTo } from '../pages/page.js'
import { problemPage } from '../pages/problem-page.js'
import { type HeaderFields, joinVary } from './header-fields.js'
import { type PageSpace, pageSpaceOf } from './page-spaces.js'
import type { ProblemResponse } from './prepared-response.js'

/** What is sent of a problem. */
export interface ProblemForm {
  readonly fields: HeaderFields
  readonly bytes: Buffer
}

const { 'cache-control': _pages, ...FIELDS } = PAGE_FIELDS

/** The form of an error response: a page for a browser, within a registration that has pages; else problem details. */
export function problemForm(
  reply: FastifyReply,
  response: ProblemResponse,
  space: PageSpace | undefined = pageSpaceOf(reply),
): ProblemForm {
  const { fields, bytes } = response
  if (space === undefined) return { fields, bytes }
  const vary = varyByAccept(reply, fields.vary)
  if (!prefersPage(reply.request.raw.headers)) return { fields: { ...fields, vary }, bytes }
  const page = Buffer.from(pageOf(reply, response, space))
  return { fields: { ...fields, ...FIELDS, vary }, bytes: page }
}

/** The Vary of an error response with two forms. */
export function varyByAccept(reply: FastifyReply, own?: HeaderFields[string]): string {
  const present = reply.getHeader('vary') ?? own
  return joinVary(present === undefined ? undefined : String(present), 'Accept')
}

function pageOf(
  { request }: FastifyReply,
  { status, detail, fields }: ProblemResponse,
  { depth }: PageSpace,
): string {
  const { path } = splitTarget(request.raw.url ?? '')
  const below = path
    .split('/')
    .slice(depth + 1)
    .join('/')
  return problemPage({
    status,
    title: problem(status).title,
    detail,
    path,
    retryAfter: parseRetryAfter(fields['retry-after']?.toString(), Date.now()),
    files: upTo(below),
    above: folderAbove(below),
  })
}

/** The reference to the folder above a path; undefined where that is the folder of all files, or a page is no file. */
function folderAbove(below: string): string | undefined {
  const segments = below.split('/')
  const isFolder = segments.at(-1) === ''
  const isTop = segments.length <= (isFolder ? 2 : 1)
  if (isTop || segments[0] === '-') return undefined
  return isFolder ? '../' : './'
}
