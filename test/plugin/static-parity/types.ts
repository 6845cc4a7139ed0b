/** TypeScript code that either compiles with a plugin, as `plugin` and with its types, or does not. */
export interface TypeRow {
  readonly title: string
  readonly code: string
  readonly start: { readonly static: boolean; readonly lastbyte?: boolean }
  readonly difference?: string
}

/** Options of a registration. */
function options(
  what: string,
  text: string,
  compiles: TypeRow['start'],
  difference?: string,
): TypeRow {
  return {
    title: `A registration with ${what}.`,
    code: `app.register(plugin, ${text})`,
    start: compiles,
    ...(difference !== undefined && { difference }),
  }
}

/** A statement of a handler. */
function call(
  what: string,
  text: string,
  compiles: TypeRow['start'],
  difference?: string,
): TypeRow {
  return {
    title: `A handler that calls ${what}.`,
    code: `app.register(plugin, { root: '/' })
app.get('/', (_request, reply) => reply.${text})`,
    start: compiles,
    ...(difference !== undefined && { difference }),
  }
}

const COMPILES = { static: true }
const FAILS = { static: false }
const FAILS_HERE = { static: true, lastbyte: false }

export const TYPES: readonly TypeRow[] = [
  options('a root', `{ root: '/' }`, COMPILES),
  options('several roots', `{ root: ['/'] }`, COMPILES),
  options('a root that is a URL', `{ root: new URL('file:///') }`, COMPILES),
  options('several roots that are URLs', `{ root: [new URL('file:///')] }`, COMPILES),
  options('serve: false and no root', `{ serve: false }`, COMPILES),
  options(
    'the options of send',
    `{
  root: '/',
  acceptRanges: true,
  contentType: true,
  cacheControl: true,
  dotfiles: 'allow',
  etag: true,
  extensions: ['js'],
  immutable: true,
  index: ['1'],
  lastModified: true,
  maxAge: '1d',
  serveDotFiles: true,
  onFile: (path: string) => void path,
}`,
    COMPILES,
  ),
  options(
    'the options of the plugin',
    `{
  root: '/',
  prefix: '/',
  prefixAvoidTrailingSlash: false,
  decorateReply: true,
  schemaHide: true,
  serve: true,
  redirect: true,
  wildcard: true,
  globIgnore: ['**/*.private'],
  list: false,
  preCompressed: false,
  suppressWarning: true,
  constraints: { host: /^.*\\.example\\.com$/, version: '1.0.2' },
  logLevel: 'warn',
}`,
    COMPILES,
  ),
  options(
    'setHeaders, which gets a reply, a path and a stat',
    `{
  root: '/',
  setHeaders: (reply, path, stat) => {
    const status: number = reply.statusCode
    const text: string = path
    reply.header('X-Test', \`\${status} \${text} \${stat?.size}\`)
  },
}`,
    COMPILES,
  ),
  options(
    'setHeaders that takes the stat for granted',
    `{ root: '/', setHeaders: (reply, _path, stat) => void reply.header('x-size', stat.size) }`,
    FAILS_HERE,
    'stat of setHeaders',
  ),
  options(
    'allowedPath, which gets a path, a root and the request',
    `{ root: '/', allowedPath: (path: string, _root, request) => path !== request.url }`,
    COMPILES,
  ),
  options('index: false', `{ root: '/', index: false }`, COMPILES),
  options('one index', `{ root: '/', index: 'index.html' }`, COMPILES),
  options('a list in JSON', `{ root: '/', list: { format: 'json' } }`, COMPILES),
  options(
    'a list in JSON with a render',
    `{ root: '/', list: { format: 'json', render: () => '' } }`,
    COMPILES,
  ),
  options(
    'a list in HTML with a render',
    `{ root: '/', list: { format: 'html', render: () => '' } }`,
    COMPILES,
  ),
  options(
    'a list in HTML without a render',
    `{ root: '/', list: { format: 'html' } }`,
    { static: false, lastbyte: true },
    'list.render',
  ),
  options('an unknown option', `{ root: '/', maxAeg: 1 }`, FAILS),
  options('dotfiles that is no rule', `{ root: '/', dotfiles: 'hide' }`, FAILS),
  call('sendFile with a path', `sendFile('a')`, COMPILES),
  call('sendFile with a root', `sendFile('a', '/')`, COMPILES),
  call(
    'sendFile with options',
    `sendFile('a', { cacheControl: false, acceptRanges: true })`,
    COMPILES,
  ),
  call('sendFile with a root and options', `sendFile('a', '/', { contentType: false })`, COMPILES),
  call('sendFile with serveDotFiles', `sendFile('a', { serveDotFiles: true })`, COMPILES),
  call('download with a path', `download('a')`, COMPILES),
  call('download with options', `download('a', { maxAge: '2 days' })`, COMPILES),
  call('download with a name and options', `download('a', 'b', { contentType: false })`, COMPILES),
  call('sendFile with an unknown option', `sendFile('a', { maxAeg: 1 })`, FAILS),
  call('sendFile with start', `sendFile('a', { start: 1 })`, FAILS),
  call('sendFile with an option of a registration', `sendFile('a', { redirect: true })`, FAILS),
  call(
    'download with an option of a registration',
    `download('a', 'b', { wildcard: true })`,
    FAILS,
  ),
]
