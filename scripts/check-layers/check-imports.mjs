import { isBuiltin } from 'node:module'

/** Imports against the layers, imports that can't be resolved, and imports out of src/. */
export function checkImports({ modules, packageName }, rules) {
  return [...modules].flatMap(([file, { imports }]) =>
    imports.flatMap((found) => {
      const message =
        found.target === undefined
          ? problemOfUnresolved(found, packageName)
          : problemOfImport(file, found.target, rules)
      return message === undefined ? [] : [{ file, line: found.line, message }]
    }),
  )
}

function problemOfUnresolved({ specifier, kind }, packageName) {
  if (kind === 'url') return undefined
  if (specifier === undefined)
    return 'imports a module whose name is computed: write the name as a string literal, so that it can be checked'
  if (specifier === packageName || specifier.startsWith(`${packageName}/`))
    return `imports its own package as '${specifier}': import the module by its relative path`
  if (/^[./]/.test(specifier))
    return `imports '${specifier}', which is no module of src/: correct the path`
  return undefined
}

function problemOfImport(from, to, { layers, subLayers, allowedImports }) {
  const [fromTop, toTop] = [topOf(from), topOf(to)]
  if (allowedImports[fromTop] && !allowedImports[fromTop].includes(toTop))
    return `${fromTop} may not import ${toTop} (${to}): ${fromTop} may import only ${allowedImports[fromTop].join(', ')}`
  if (fromTop !== toTop) return problemOfRank(layers, fromTop, toTop, to)
  if (subLayers[fromTop] === undefined) return undefined
  const [fromSub, toSub] = [subOf(from), subOf(to)]
  if (fromSub === toSub) return undefined
  return problemOfRank(subLayers[fromTop], fromSub, toSub, to, `${fromTop}/`)
}

/** Names that no layer lists are reported by their placement. */
function problemOfRank(layers, from, to, target, prefix = '') {
  const [fromRank, toRank] = [from, to].map((name) => layers.findIndex((row) => row.includes(name)))
  if (fromRank === -1 || toRank === -1 || toRank < fromRank) return undefined
  const where = toRank === fromRank ? 'is beside it in the same layer' : 'is in a higher layer'
  return `${prefix}${from} may not import ${prefix}${to} (${target}), which ${where}: move what both need to a lower layer, or pass it in as a parameter`
}

/** `src/source/file/a.ts` → `source`; `src/errors.ts` → `errors`. */
function topOf(file) {
  return file.split('/')[1].replace(/\.[jt]s$/, '')
}

/** `src/source/file/a.ts` → `file`; `src/source/a.ts` → ``. */
function subOf(file) {
  const parts = file.split('/')
  return parts.length > 3 ? parts[2] : ''
}

/** What a browser entry reaches must run without Node. */
export function checkBrowserEntries({ modules, browserEntries }, { browserPackages }) {
  return reachedFrom(browserEntries, modules).flatMap((file) =>
    modules.get(file).imports.flatMap(({ specifier, line, target }) => {
      if (target !== undefined || specifier === undefined) return []
      const message = problemInBrowser(specifier, browserPackages)
      return message === undefined ? [] : [{ file, line, message }]
    }),
  )
}

function problemInBrowser(specifier, browserPackages) {
  const remedy = 'move the import to a module that src/client/browser.ts does not reach'
  if (specifier.startsWith('node:') || isBuiltin(specifier))
    return `imports '${specifier}', which browsers don't have, and is reached from the browser entry: ${remedy}`
  const isListed = browserPackages.some(
    (name) => specifier === name || specifier.startsWith(`${name}/`),
  )
  return /^[./]/.test(specifier) || isListed
    ? undefined
    : `imports '${specifier}', which isn't on the list of packages that run in browsers, and is reached from the browser entry: ${remedy}, or add the package to browserPackages in scripts/check-layers/rules.mjs`
}

/** The modules that the entries import, directly or not, and the entries themselves. */
export function reachedFrom(entries, modules) {
  const reached = new Set(entries.filter((file) => modules.has(file)))
  for (const file of reached)
    for (const { target } of modules.get(file).imports)
      if (target !== undefined) reached.add(target)
  return [...reached]
}
