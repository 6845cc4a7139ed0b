/** One message for each group of modules that import each other, type-only imports included. */
export function checkCycles({ modules }) {
  const done = new Set()
  const found = []
  for (const file of [...modules.keys()].sort()) {
    if (done.has(file)) continue
    const path = shortestCycle(file, modules)
    if (path === undefined) continue
    for (const member of path) done.add(member)
    const [next] = [...path.slice(1), file]
    const { line } = modules.get(file).imports.find(({ target }) => target === next)
    const message = `import cycle: ${[...path, file].join(' → ')}; move what they share to a module that imports none of them`
    found.push({ file, line, message })
  }
  return found
}

/** The members of the shortest cycle through `start`, in order, or undefined. */
function shortestCycle(start, modules) {
  const importer = new Map()
  const queue = [start]
  for (const file of queue) {
    for (const { target } of modules.get(file).imports) {
      if (target === undefined) continue
      if (target === start) return pathTo(file, importer)
      if (importer.has(target)) continue
      importer.set(target, file)
      queue.push(target)
    }
  }
  return undefined
}

function pathTo(file, importer) {
  const path = [file]
  for (let at = importer.get(file); at !== undefined; at = importer.get(at)) path.unshift(at)
  return path
}
